export { type ReportData, readReport } from "./data.ts";
export { reportPage } from "./page.ts";
