import { existsSync } from 'node:fs'
import process from 'node:process'
import { Option } from 'commander'
import type { DatasetRow } from '../../../core/machine/machine.ts'
import type { TablePreview } from '../../../core/data/table-preview.ts'
import type { TestRows } from '../../../core/questions/test-rows.ts'
import { formatMessage, remarkMessages } from '../../../core/data/column-format.ts'
import { suspicionMessage } from '../../../core/data/row-structure.ts'
import { tableEncodings, tableFormatSchema } from '../../../core/data/table-format.ts'
import { formatBytes } from '../../../core/i18n/format-number.ts'
import { listDatasets } from '../../../datasets/list-datasets.ts'
import { previewFile } from '../../../datasets/ingest-client.ts'
import { type AddCommands, type CliContext, withReader } from '../../command-line/context.ts'
import { type Force, requireFree, writeOutput } from '../../../platform/files/write-output.ts'
import { formatCsv } from '../../../core/values/csv.ts'
import { testRowCells } from '../../../reports/export/test-row-cells.ts'
import { localMinute } from '../../command-line/list-commands.ts'
import { formatTable } from '../../command-line/table.ts'
import { printData } from '../../command-line/print-data.ts'

interface DataOptions {
  readonly delimiter?: string
  readonly encoding?: string
  readonly decimal?: string
  readonly header: boolean
  readonly sheet?: string
}

interface TestRowsOptions extends Force {
  readonly output?: string
}

export const addCommands: AddCommands = (program, t) => {
  const data = program
    .command('data')
    .description(t('cli.help.data'))
    .argument('<file>', t('cli.help.data.file'))
    .option('--delimiter <sign>', t('cli.help.data.delimiter'))
    .addOption(new Option('--encoding <name>', t('cli.help.data.inferred')).choices(tableEncodings))
    .addOption(new Option('--decimal <sign>', t('cli.help.data.inferred')).choices(['.', ',']))
    .option('--sheet <name>', t('cli.help.data.sheet'))
    .option('--no-header', t('cli.help.data.noHeader'))
    .run(async (context, file: string, options: DataOptions) => {
      const { delimiter, ...formatOptions } = options
      const format = tableFormatSchema.parse({
        ...formatOptions,
        ...(delimiter === undefined ? {} : { delimiter: delimiter.replaceAll('\\t', '\t') }),
      })
      const preview = await previewFile(file, format, process.cwd())
      context.printValues(previewText(context, preview), preview)
    })
  data
    .command('test-rows')
    .description(t('cli.help.data.testRows'))
    .argument('<study>', t('cli.help.study'))
    .option('-o, --output <file>', t('cli.help.data.testRows.output'))
    .option('--force', t('cli.help.force'))
    .run(async (context, name: string, options: TestRowsOptions) => {
      requireFree(options.output, options)
      const { readTestRows } = await import('../../test-rows/node/read-test-rows.ts')
      const { parquetTable } = await import('../../exports/node/parquet-table.ts')
      await withReader(context, async reader => {
        const snapshot = reader.snapshot(reader.findStudy(name).id)
        const { datasetCacheDirectory } = context.workspace
        const testRows = await readTestRows(reader, snapshot, datasetCacheDirectory)
        if (options.output === undefined && context.json) {
          for (const row of testRowObjects(testRows)) context.printJson(row)
          return
        }
        const cells = testRowCells(testRows)
        if (options.output === undefined) {
          printData(formatCsv(cells))
          return
        }
        const content = /\.parquet$/i.test(options.output) ? parquetTable(cells) : formatCsv(cells)
        const file = await writeOutput(options.output, content, options.force === true)
        const rows = testRows.rows.length
        if (testRows.predictions === null && !context.json) context.print(t('cli.testRows.noModel'))
        context.printValues(t('cli.written', { file }), { testRows: file, rows })
      })
    })
  data
    .command('list')
    .description(t('cli.help.data.list'))
    .run(async context => {
      const { databasePath, datasetCacheDirectory } = context.workspace
      const rows = existsSync(databasePath)
        ? await withReader(context, reader => listDatasets(datasetCacheDirectory, reader))
        : await listDatasets(datasetCacheDirectory, { datasets: () => [] })
      context.printValues(datasetTable(context, rows), ...rows)
    })
}

function testRowObjects({ header, rows, predictions }: TestRows): object[] {
  return rows.map(({ line, fields }, at) => ({
    line,
    cells: Object.fromEntries(header.map((name, column) => [name, fields[column]])),
    prediction: predictions?.predictions[at]?.prediction ?? null,
  }))
}

function datasetTable({ t }: CliContext, rows: readonly DatasetRow[]): string {
  if (rows.length === 0) return t('cli.dataList.none')
  return formatTable(
    (['data', 'kind', 'rows', 'classes', 'size', 'state', 'studies', 'lastUsed'] as const).map(
      name => t(`cli.dataList.column.${name}`),
    ),
    rows.map(row => [
      typeof row.properties['source'] === 'string'
        ? row.properties['source']
        : t(`cli.dataList.kind.${row.kind}`),
      t(`cli.dataList.kind.${row.kind}`),
      row.rows === null ? '' : String(row.rows),
      row.classes === null ? '' : String(row.classes),
      row.bytes === null ? '' : formatBytes(row.bytes),
      [
        t(`cli.dataList.state.${row.prepared ? 'prepared' : 'notPrepared'}`),
        ...(row.source === 'missing' || row.source === 'changed'
          ? [t(`cli.dataList.state.${row.source}`)]
          : []),
      ].join(t('list.separator')),
      row.usedBy.map(({ name }) => name).join(t('list.separator')),
      localMinute(row.lastUsedAtMs),
    ]),
  )
}

function previewText({ t }: CliContext, preview: TablePreview): string {
  const { dialect, columns, rows, head, bytes } = preview
  const { format, delimiter, encoding, decimal } = dialect
  const values = {
    delimiter: JSON.stringify(delimiter),
    encoding: encoding ?? '–',
    decimal: decimal ?? '–',
  }
  const table = formatTable(
    (['column', 'reading', 'missing', 'distinct', 'first'] as const).map(name =>
      t(`cli.preview.column.${name}`),
    ),
    columns.map((column, index) => [
      column.name,
      column.reading === 'nothing'
        ? t('cli.preview.nothing')
        : column.confidence === 'certain'
          ? t.format(formatMessage(column.format))
          : t('list.remark', {
              text: t.format(formatMessage(column.format)),
              remark: t(`cli.preview.confidence.${column.confidence}`),
            }),
      String(column.missing),
      column.distinct === null ? '> 20' : String(column.distinct),
      head
        .slice(0, 3)
        .map(row => row[index] ?? '')
        .join(' · '),
    ]),
  )
  const remarks = [
    ...columns.flatMap(column => remarkMessages(column, rows - column.missing)),
    ...preview.suspicions.map(suspicionMessage),
  ].map(t.format)
  return [
    t('cli.preview.size', { rows, columns: columns.length, bytes }),
    format === 'csv' ? t('cli.preview.dialect', values) : t('cli.preview.binary', { format }),
    '',
    table,
    ...remarks,
    '',
    t('cli.preview.change'),
  ].join('\n')
}
