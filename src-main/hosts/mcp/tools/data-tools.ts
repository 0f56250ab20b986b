import { z } from 'zod'
import type { Answers } from '../../../features/api/common/methods.ts'
import { remarkMessages } from '../../../core/data/column-format.ts'
import { tableFormat } from '../../../core/data/table-format.ts'
import { AppError } from '../../../core/errors/errors.ts'
import { type NameKind, unknownName } from '../../../core/values/closest-name.ts'
import { filePath } from '../../../core/questions/request-fields.ts'
import { freeForm, language, model, studyId } from '../fields.ts'
import { defineTool } from '../tool.ts'

const previewDataset = defineTool({
  name: 'preview_dataset',
  scope: 'read',
  input: {
    file: filePath.describe('mcp.field.file'),
    delimiter: tableFormat.delimiter,
    encoding: tableFormat.encoding,
    decimal: tableFormat.decimal,
    header: tableFormat.header,
    sheet: z.string().min(1).max(200).nullable().default(null).describe('option.table.sheet'),
    rows: z.int().min(0).max(50).default(5).describe('mcp.field.previewRows'),
  },
  output: {
    file: z.string(),
    bytes: z.int(),
    rows: z.int(),
    columns: z.array(
      z.object({
        name: z.string(),
        reading: z.string().describe('mcp.answer.reading'),
        missing: z.int(),
        distinct: z.int().nullable(),
        warnings: z.array(z.string()),
      }),
    ),
    head: z.array(z.array(z.string())),
  },
  run: async ({ sheet, rows, ...request }, { ask, t }) => {
    const named = sheet === null ? request : { ...request, sheet }
    const preview = await ask('dataset.preview', named)
    return {
      file: preview.file,
      bytes: preview.bytes,
      rows: preview.rows,
      columns: preview.columns.map(column => ({
        name: column.name,
        reading: column.reading,
        missing: column.missing,
        distinct: column.distinct,
        warnings: remarkMessages(column, preview.rows - column.missing).map(remark =>
          t.format(remark),
        ),
      })),
      head: preview.head.slice(0, rows).map(row => [...row]),
    }
  },
})

const predict = defineTool({
  name: 'predict',
  scope: 'start',
  input: {
    studyId,
    input: filePath.describe('mcp.field.input'),
    ...model,
    limit: z.int().min(1).max(100).default(20).describe('mcp.field.predictions'),
  },
  output: {
    count: z.int(),
    predictions: z.array(
      z.object({
        name: z.string(),
        prediction: z.union([z.string(), z.number()]),
        probabilities: z.array(z.number()).nullable(),
      }),
    ),
  },
  run: async ({ studyId: id, input, model: of, refit, limit }, { ask }) => {
    const request = { studyId: id, input, model: { of, refit } }
    const { count, shown } = await ask('model.predict', request)
    // Pictures and sounds are for people.
    const predictions = shown.slice(0, limit).map(({ name, prediction, probabilities }) => ({
      name,
      prediction,
      probabilities: probabilities && [...probabilities],
    }))
    return { count, predictions }
  },
})

const exportModel = defineTool({
  name: 'export_model',
  scope: 'start',
  input: { studyId, folder: filePath.describe('mcp.field.folder'), ...model, language },
  output: { path: z.string() },
  run: async ({ studyId: id, folder, model: of, refit, language: words }, { ask }) =>
    ask('model.export', { studyId: id, folder, language: words, model: { of, refit } }),
})

const kinds = ['overview', 'studyFile', 'task', 'function', 'sampler', 'pruner', 'example'] as const

const describeOptions = defineTool({
  name: 'describe_options',
  scope: 'read',
  input: {
    kind: z.enum(kinds).default('overview').describe('mcp.field.kind'),
    name: z.string().max(200).default('').describe('mcp.field.optionName'),
  },
  output: {
    names: z.record(z.string(), z.array(z.string())).nullable().describe('mcp.answer.names'),
    schema: freeForm.nullable().describe('mcp.answer.schema'),
    example: z.string().nullable().describe('mcp.answer.example'),
  },
  run: async ({ kind, name }, { ask, t }) => {
    const empty = { names: null, schema: null, example: null }
    const catalog = await ask('app.catalog', {})
    if (kind === 'studyFile') return { ...empty, schema: catalog.studySchema }
    if (kind === 'function') return { ...empty, schema: catalog.functionSchema }
    if (kind === 'task') return { ...empty, schema: schemaOf('task', name, catalog.tasks) }
    if (kind === 'sampler') return { ...empty, schema: schemaOf('sampler', name, catalog.samplers) }
    if (kind === 'pruner') return { ...empty, schema: schemaOf('pruner', name, catalog.pruners) }
    const examples = await ask('app.samples', { language: t.language })
    if (kind === 'example') {
      const example = examples.find(sample => sample.name === name)
      if (example === undefined) throw unknown('study', name, examples)
      return { ...empty, example: example.source }
    }
    const namesOf = (entries: readonly { readonly name: string }[]): string[] =>
      entries.map(entry => entry.name)
    const { tasks, samplers, pruners, functions } = catalog
    return {
      ...empty,
      names: {
        task: namesOf(tasks),
        function: [...functions],
        sampler: namesOf(samplers),
        pruner: namesOf(pruners),
        example: namesOf(examples),
      },
    }
  },
})

function schemaOf(kind: NameKind, name: string, entries: Answers['app.catalog']['tasks']) {
  const entry = entries.find(candidate => candidate.name === name)
  if (entry === undefined) throw unknown(kind, name, entries)
  return entry.schema
}

function unknown(
  kind: NameKind,
  name: string,
  entries: readonly { readonly name: string }[],
): AppError {
  const rule = unknownName(
    kind,
    name,
    entries.map(entry => entry.name),
  )
  const problems = [{ path: ['name'], value: name, rule }]
  return new AppError('request.invalid', { method: 'describe_options', problems })
}

export const dataTools = [describeOptions, previewDataset, predict, exportModel]
