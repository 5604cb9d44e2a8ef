/** Where in the user's data a fault was found. */
export interface Place {
  readonly file?: string;
  readonly array?: string;
}

/** Data that no trial can be trained on. Trying again with the same file changes nothing. */
export class DatasetError extends Error {
  override readonly name = "DatasetError";
  readonly file: string | undefined;
  readonly array: string | undefined;

  /**
   * @param seen - what was found there, and why it cannot be used
   * @param remedy - what to do about it
   */
  constructor(place: Place, seen: string, remedy: string) {
    const where = [place.file, place.array && `array "${place.array}"`].filter(Boolean).join(", ");
    super(`${where ? `${where}: ` : ""}${seen}. ${remedy}.`);
    this.file = place.file;
    this.array = place.array;
  }
}
