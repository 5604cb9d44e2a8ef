#!/usr/bin/env node
// The one file that any Node can parse: it looks at the version, then loads the TypeScript.

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const supported = major < 23 && (major > 20 || (major === 20 && minor >= 19));

if (!supported) {
  console.error(
    `liesweep runs on Node 20.19 up to 22 and this is ${process.versions.node}: install Node 22, for example with \`nvm install 22\`.`,
  );
  process.exitCode = 1;
} else {
  await start(process.argv.slice(2));
}

/** @param {string[]} argv */
async function start(argv) {
  const { register } = await import("tsx/esm/api");
  // Without this, tsx obeys the tsconfig.json of whatever folder the command is called in.
  register({ tsconfig: false });
  const say = (/** @type {string} */ line) => console.error(line);
  try {
    const { generateClient, setUp } = await import("../local/index.ts");
    if (argv[0] === "setup") {
      await setUp(say);
      say("ready");
    } else {
      await generateClient(say);
      const { main } = await import("./main.ts");
      process.exitCode = await main(argv);
    }
  } catch (error) {
    console.error(error?.name === "StackError" ? error.message : error);
    process.exitCode = 1;
  }
}
