import { serve } from '../platform/processes/serve.ts'

/**
 * Entry of the ingest process: parses or looks at one source. Untrusted bytes are parsed here only, so a file that exhausts
 * memory or time costs this process and nothing else. What a method needs is loaded for it: most of the start of such a process
 * is reading modules.
 */
serve('ingest', {
  prepare: async request => {
    const { ingest } = await import('../datasets/ingest.ts')
    const { describeOrigin } = await import('../datasets/describe-origin.ts')
    const { describeSplit } = await import('../datasets/split-leaks.ts')
    const stored = await ingest(request)
    const origin = await describeOrigin(request.source)
    // Sizes that no split can have are told before the study exists, not by its first trial.
    const split = await describeSplit(stored, request.source, request.seed)
    return { ...stored, ...split, origin }
  },
  preview: async source => (await import('../datasets/preview-table.ts')).previewTable(source),
  rows: async ({ data, rows }) =>
    (await import('../datasets/read-source-rows.ts')).readSourceRows(data, rows),
  sheets: async ({ file }) =>
    (await import('../datasets/excel-sheets.ts')).listSheets(file, 'file'),
  classes: async request =>
    (await import('../datasets/preview-classes.ts')).previewClasses(request),
  samples: async ({ directory }) =>
    (await import('../features/datasets/node/dataset-samples.ts')).readDatasetSamples(directory),
  collect: async request =>
    (await import('../running/trial-files/collect-files.ts')).collectFiles(request),
  describeImport: async question =>
    (await import('../features/imports/node/read-import.ts')).describeImport(question),
  readImport: async question =>
    (await import('../features/imports/node/read-import.ts')).readImport(question),
  describeScript: async question =>
    (await import('../features/script/node/describe-script.ts')).describeScript(question),
  describeProgram: async question =>
    (await import('../features/script/node/describe-script.ts')).describeProgram(question),
  unpackBundle: async request =>
    (await import('../features/bundles/node/unpack-bundle.ts')).unpackBundle(request),
})
