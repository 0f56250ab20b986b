import { existsSync } from 'node:fs'
import process from 'node:process'
import { Option, type Command } from 'commander'
import type { DatasetRow } from '../../contract/api/machine.ts'
import type { TablePreview } from '../../contract/api/table-preview.ts'
import { tableEncodings, tableFormatSchema } from '../../contract/table-format.ts'
import { formatBytes } from '../../i18n/format-number.ts'
import { formatMoment } from '../../i18n/format-time.ts'
import { listDatasets } from '../../datasets/list-datasets.ts'
import { previewTable } from '../../datasets/preview-user-table.ts'
import { createContext, withReader, type CliContext } from '../context.ts'
import { formatTable } from '../table.ts'

interface DataOptions {
  readonly delimiter?: string
  readonly encoding?: string
  readonly decimal?: string
  readonly header: boolean
}

export function addDataCommand(program: Command): void {
  const data = program
    .command('data')
    .description('Show how a table would be read: format, columns, first rows. Nothing is kept.')
    .argument('<file>', 'CSV, TSV, Parquet or NPY file')
    .option('--delimiter <sign>', 'between fields, instead of the inferred one (\\t for a tab)')
    .addOption(
      new Option('--encoding <name>', 'instead of the inferred one').choices(tableEncodings),
    )
    .addOption(new Option('--decimal <sign>', 'instead of the inferred one').choices(['.', ',']))
    .option('--no-header', 'the first line is data; columns are column1, column2 …')
    .action(async (file: string, options: DataOptions, command: Command) => {
      const context = createContext(command)
      const { delimiter, ...rest } = options
      const format = tableFormatSchema.parse({
        ...rest,
        ...(delimiter === undefined ? {} : { delimiter: delimiter.replaceAll('\\t', '\t') }),
      })
      const preview = await previewTable(file, format, process.cwd())
      if (context.json) context.printJson(preview)
      else printPreview(context, preview, preview.bytes)
    })
  data
    .command('list')
    .description('List the data sets that were read, with the studies over them.')
    .action(async (_options: unknown, command: Command) => {
      const context = createContext(command)
      const { databasePath, datasetCacheDirectory } = context.workspace
      const rows = existsSync(databasePath)
        ? await withReader(context, reader => listDatasets(datasetCacheDirectory, reader))
        : await listDatasets(datasetCacheDirectory, { datasets: () => [] })
      if (context.json) for (const row of rows) context.printJson(row)
      else context.print(datasetTable(context, rows))
    })
}

function datasetTable({ texts }: CliContext, rows: readonly DatasetRow[]): string {
  const { dataList } = texts
  if (rows.length === 0) return dataList.none
  return formatTable(
    dataList.columns,
    rows.map(row => [
      typeof row.facts['source'] === 'string' ? row.facts['source'] : row.kind,
      row.kind,
      row.rows === null ? '' : String(row.rows),
      row.classes === null ? '' : String(row.classes),
      row.bytes === null ? '' : formatBytes(row.bytes),
      [
        dataList.states[row.prepared ? 'prepared' : 'notPrepared'],
        ...(row.source === 'missing' || row.source === 'changed'
          ? [dataList.states[row.source]]
          : []),
      ].join(', '),
      row.usedBy.map(({ name }) => name).join(', '),
      formatMoment(row.lastUsedAtMs),
    ]),
  )
}

function printPreview(context: CliContext, preview: TablePreview, bytes: number): void {
  const { preview: texts } = context.texts
  const { dialect, columns, rows, head } = preview
  context.print(texts.size(rows, columns.length, bytes))
  context.print(
    dialect.format === 'csv'
      ? texts.dialect(JSON.stringify(dialect.delimiter), dialect.encoding, dialect.decimal)
      : texts.binary(dialect.format),
  )
  context.print('')
  context.print(
    formatTable(
      texts.columns,
      columns.map((column, index) => [
        column.name,
        `${texts.readings[column.reading]}${column.isTime ? ` (${texts.time})` : ''}`,
        String(column.missing),
        column.distinct === null ? texts.many : String(column.distinct),
        head
          .slice(0, 3)
          .map(row => row[index] ?? '')
          .join(' · '),
      ]),
    ),
  )
  for (const { name, firstText, texts: count, distinct } of columns) {
    if (firstText === null || distinct !== null || count * 10 > rows) continue
    context.print(texts.typingErrors(name, count, firstText.value, firstText.line))
  }
  context.print('')
  context.print(texts.change)
}
