export { comparePage } from "./compare-page.ts";
export { comparedFacts, comparedLevels, type Pair } from "./compare-words.ts";
export { anglesText, type Comparison, comparisonOf } from "./comparison.ts";
export { type ReportData, readReport } from "./data.ts";
export { ladderOf, type NoticeScale, noticeScaleOf, type Rung } from "./ladder.ts";
export { reportPage } from "./page.ts";
