export { type Pushed, push } from "./push.ts";
