import { describeOrigin } from '../datasets/describe-origin.ts'
import { listSheets } from '../datasets/excel-sheets.ts'
import { ingest } from '../datasets/ingest.ts'
import { previewTable } from '../datasets/preview-table.ts'
import { readSourceRows } from '../datasets/read-source-rows.ts'
import { findSplitLeaks } from '../datasets/split-leaks.ts'
import { serve } from '../platform/processes/serve.ts'
import { collectFiles } from '../running/trial-files/collect-files.ts'

/**
 * Entry of the ingest process: parses or looks at one source. Untrusted bytes are parsed here only, so a file that exhausts
 * memory or time costs this process and nothing else.
 */
serve('ingest', {
  prepare: async request => {
    const stored = await ingest(request)
    const origin = await describeOrigin(request.source)
    // Sizes that no split can have are told before the study exists, not by its first trial.
    const findings = await findSplitLeaks(stored, request.source, request.seed)
    return { ...stored, findings, origin }
  },
  preview: async source => previewTable(source),
  rows: async ({ data, rows }) => readSourceRows(data, rows),
  sheets: async ({ file }) => listSheets(file, 'file'),
  classes: async request =>
    (await import('../datasets/preview-classes.ts')).previewClasses(request),
  samples: async ({ directory }) =>
    (await import('../features/datasets/node/dataset-samples.ts')).readDatasetSamples(directory),
  collect: async request => collectFiles(request),
  // Loaded for who imports: most of the start of such a process is reading modules.
  describeImport: async question =>
    (await import('../features/imports/node/read-import.ts')).describeImport(question),
  readImport: async question =>
    (await import('../features/imports/node/read-import.ts')).readImport(question),
  unpackBundle: async request =>
    (await import('../features/bundles/node/unpack-bundle.ts')).unpackBundle(request),
})
