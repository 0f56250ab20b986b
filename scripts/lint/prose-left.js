/**
 * Files that still hold sentences for people outside of src-main/i18n, each to be taken off once its sentences are facts.
 * Titles of papers, the page's security policy and what it writes for a failed start are no sentences to translate and stay.
 */
export const proseLeft = [
  'src-main/cli/commands/serve.ts',
  'src-main/datasets/ingest-table.ts',
  'src-main/datasets/map-file.ts',
  'src-main/datasets/plan-columns.ts',
  'src-main/reports/html/build-html-report.ts',
  'src-main/reports/html/citations.ts',
  'src-main/running/slurm/job-script.ts',
  'src-main/web/web-host.ts',
]
