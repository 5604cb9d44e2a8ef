/** When an activity that holds a training slot was asked for, and when a slot worked on it, in seconds. */
export interface SlotWork {
  readonly scheduled: number;
  readonly started: number;
  readonly ended: number;
}

/**
 * The share of slot time, from `from` to `to`, that orchestration costs: slots that stand idle while work waits for
 * them, and all slots while there is none because the next is still being decided. A slot without work beside
 * others that have some is no such cost: that is how the work was divided.
 */
export function slotIdle(
  work: readonly SlotWork[],
  slots: number,
  from: number,
  to: number,
): number {
  const moments = [
    ...new Set([from, to, ...work.flatMap((each) => Object.values(each) as number[])]),
  ]
    .filter((moment) => moment >= from && moment <= to)
    .sort((a, b) => a - b);
  let idle = 0;
  for (const [i, moment] of moments.slice(0, -1).entries()) {
    const next = moments[i + 1] ?? to;
    const isAt = (begin: number, end: number) => begin <= moment && moment < end;
    const running = work.filter(({ started, ended }) => isAt(started, ended)).length;
    const waiting = work.filter(({ scheduled, started }) => isAt(scheduled, started)).length;
    const free = Math.max(0, slots - running);
    idle += (next - moment) * (running === 0 ? free : Math.min(free, waiting));
  }
  return idle / (slots * (to - from));
}
