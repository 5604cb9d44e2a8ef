/**
 * The seed of one named random stream of a trial, in 1 … 2³¹ − 1.
 *
 * Streams with different names or indices are unrelated, so adding a stream never disturbs another.
 * FNV-1a over the text of the three, finished by an avalanche so that neighbouring indices share no
 * bits. Zero is never returned: tfjs reads seed 0 as "no seed".
 */
export function streamSeed(trialSeed: number, stream: string, index = 0): number {
  let hash = 0x811c9dc5;
  for (const char of `${trialSeed}/${stream}/${index}`)
    hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  return mix(hash) >>> 1 || 1;
}

/** A bijection of 32-bit integers in which every input bit moves every output bit (Wellons' `triple32` family). */
function mix(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x21f0aaad);
  hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/**
 * A stream of uniform numbers in (0, 1): the i-th is a function of the seed and i alone, so a stream
 * has no state to save but its position.
 */
export function uniforms(seed: number): () => number {
  const [outer, inner] = [mix(seed), mix(seed ^ 0x9e3779b9)];
  let i = 0;
  return () => (mix(mix(outer + i++) ^ inner) + 0.5) / 2 ** 32;
}

/** Standard normal numbers from a uniform stream, by Box and Muller. */
export function normals(uniform: () => number): () => number {
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}
