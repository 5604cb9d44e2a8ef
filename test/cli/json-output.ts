import { Ajv, type ErrorObject } from "ajv";
import { JSON_FORMS, outputJsonSchema } from "../../cli/json-forms.ts";

export type JsonCommand = keyof typeof JSON_FORMS;

const ajv = new Ajv({ allErrors: true, validateFormats: false });

/**
 * What of a printed document is not as the published schema of its command says. Beyond the schema, a field that
 * it does not name is a fault, and a time must be one.
 */
export function faults(command: JsonCommand, document: unknown): readonly string[] {
  const validate = ajv.compile(outputJsonSchema(command, true));
  const { error } = JSON_FORMS[command].safeParse(document);
  validate(document);
  return [
    ...(validate.errors ?? []).map(
      ({ instancePath, message }: ErrorObject) => `${instancePath} ${message}`,
    ),
    ...(error?.issues ?? []).map(({ path, message }) => `${path.join("/")} ${message}`),
  ];
}
