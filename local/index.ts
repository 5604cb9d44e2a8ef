export { stateHome } from "./home.ts";
export { generateClient, setUp } from "./setup.ts";
export { type Addresses, addresses, down, type Stack, up } from "./stack.ts";
export type { Say } from "./stack-error.ts";
export { locateTemporal } from "./temporal-binary.ts";
export { startWorker, type Worker, workerPid } from "./worker.ts";
