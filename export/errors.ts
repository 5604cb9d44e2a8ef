/** There is nothing of that kind to export. The message is the whole answer: what was seen, and what to do. */
export class ExportError extends Error {
  override readonly name = "ExportError";
}
