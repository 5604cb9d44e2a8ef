/** Placeholder of the servers every test file shares. */
export function setup(): void {}
