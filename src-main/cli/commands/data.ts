import { existsSync } from 'node:fs'
import process from 'node:process'
import { Option } from 'commander'
import type { DatasetRow } from '../../contract/api/machine.ts'
import type { TablePreview } from '../../contract/api/table-preview.ts'
import { formatFact, remarkFacts } from '../../contract/column-format.ts'
import { tableEncodings, tableFormatSchema } from '../../contract/table-format.ts'
import { formatBytes } from '../../i18n/format-number.ts'
import { formatMoment } from '../../i18n/format-time.ts'
import { listDatasets } from '../../datasets/list-datasets.ts'
import { previewFile } from '../../datasets/ingest-client.ts'
import { type AddCommands, type CliContext, withReader } from '../context.ts'
import { formatTable } from '../table.ts'

interface DataOptions {
  readonly delimiter?: string
  readonly encoding?: string
  readonly decimal?: string
  readonly header: boolean
  readonly sheet?: string
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
      const { delimiter, ...rest } = options
      const format = tableFormatSchema.parse({
        ...rest,
        ...(delimiter === undefined ? {} : { delimiter: delimiter.replaceAll('\\t', '\t') }),
      })
      const preview = await previewFile(file, format, process.cwd())
      context.tell(previewText(context, preview), preview)
    })
  data
    .command('list')
    .description(t('cli.help.data.list'))
    .run(async context => {
      const { databasePath, datasetCacheDirectory } = context.workspace
      const rows = existsSync(databasePath)
        ? await withReader(context, reader => listDatasets(datasetCacheDirectory, reader))
        : await listDatasets(datasetCacheDirectory, { datasets: () => [] })
      context.tell(datasetTable(context, rows), ...rows)
    })
}

function datasetTable({ t }: CliContext, rows: readonly DatasetRow[]): string {
  if (rows.length === 0) return t('cli.dataList.none')
  return formatTable(
    (['data', 'kind', 'rows', 'classes', 'size', 'state', 'studies', 'lastUsed'] as const).map(
      name => t(`cli.dataList.column.${name}`),
    ),
    rows.map(row => [
      typeof row.facts['source'] === 'string'
        ? row.facts['source']
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
      formatMoment(row.lastUsedAtMs),
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
        : `${t.say(formatFact(column.format))}${column.confidence === 'certain' ? '' : ` (${t(`cli.preview.confidence.${column.confidence}`)})`}`,
      String(column.missing),
      column.distinct === null ? '> 20' : String(column.distinct),
      head
        .slice(0, 3)
        .map(row => row[index] ?? '')
        .join(' · '),
    ]),
  )
  const remarks = columns.flatMap(column => remarkFacts(column, rows - column.missing).map(t.say))
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
