import { existsSync } from 'node:fs'
import process from 'node:process'
import { Option, type Command } from 'commander'
import type { DatasetRow } from '../../contract/api/machine.ts'
import type { TablePreview } from '../../contract/api/table-preview.ts'
import { tableEncodings, tableFormatSchema } from '../../contract/table-format.ts'
import { formatBytes } from '../../i18n/format-number.ts'
import { formatMoment } from '../../i18n/format-time.ts'
import { listDatasets } from '../../datasets/list-datasets.ts'
import { previewFile } from '../../datasets/ingest-client.ts'
import { createContext, withReader, type CliContext } from '../context.ts'
import { formatTable } from '../table.ts'
import type { Translate } from '../../i18n/translate.ts'

interface DataOptions {
  readonly delimiter?: string
  readonly encoding?: string
  readonly decimal?: string
  readonly header: boolean
}

export function addDataCommand(program: Command, t: Translate): void {
  const data = program
    .command('data')
    .description(t('cli.help.data'))
    .argument('<file>', t('cli.help.data.file'))
    .option('--delimiter <sign>', t('cli.help.data.delimiter'))
    .addOption(new Option('--encoding <name>', t('cli.help.data.inferred')).choices(tableEncodings))
    .addOption(new Option('--decimal <sign>', t('cli.help.data.inferred')).choices(['.', ',']))
    .option('--no-header', t('cli.help.data.noHeader'))
    .action(async (file: string, options: DataOptions, command: Command) => {
      const context = createContext(command)
      const { delimiter, ...rest } = options
      const format = tableFormatSchema.parse({
        ...rest,
        ...(delimiter === undefined ? {} : { delimiter: delimiter.replaceAll('\\t', '\t') }),
      })
      const preview = await previewFile(file, format, process.cwd())
      if (context.json) context.printJson(preview)
      else printPreview(context, preview, preview.bytes)
    })
  data
    .command('list')
    .description(t('cli.help.data.list'))
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

function datasetTable({ t }: CliContext, rows: readonly DatasetRow[]): string {
  if (rows.length === 0) return t('cli.dataList.none')
  return formatTable(
    (['data', 'kind', 'rows', 'classes', 'size', 'state', 'studies', 'lastUsed'] as const).map(
      name => t(`cli.dataList.column.${name}`),
    ),
    rows.map(row => [
      typeof row.facts['source'] === 'string' ? row.facts['source'] : row.kind,
      row.kind,
      row.rows === null ? '' : String(row.rows),
      row.classes === null ? '' : String(row.classes),
      row.bytes === null ? '' : formatBytes(row.bytes),
      [
        t(`cli.dataList.state.${row.prepared ? 'prepared' : 'notPrepared'}`),
        ...(row.source === 'missing' || row.source === 'changed'
          ? [t(`cli.dataList.state.${row.source}`)]
          : []),
      ].join(', '),
      row.usedBy.map(({ name }) => name).join(', '),
      formatMoment(row.lastUsedAtMs),
    ]),
  )
}

function printPreview(context: CliContext, preview: TablePreview, bytes: number): void {
  const { t } = context
  const { dialect, columns, rows, head } = preview
  context.print(t('cli.preview.size', { rows, columns: columns.length, bytes }))
  context.print(
    dialect.format === 'csv'
      ? t('cli.preview.dialect', {
          delimiter: JSON.stringify(dialect.delimiter),
          encoding: dialect.encoding ?? '–',
          decimal: dialect.decimal ?? '–',
        })
      : t('cli.preview.binary', { format: dialect.format }),
  )
  context.print('')
  context.print(
    formatTable(
      (['column', 'reading', 'missing', 'distinct', 'first'] as const).map(name =>
        t(`cli.preview.column.${name}`),
      ),
      columns.map((column, index) => [
        column.name,
        `${t(`cli.preview.reading.${column.reading}`)}${column.isTime ? ` (${t('cli.preview.time')})` : ''}`,
        String(column.missing),
        column.distinct === null ? '> 20' : String(column.distinct),
        head
          .slice(0, 3)
          .map(row => row[index] ?? '')
          .join(' · '),
      ]),
    ),
  )
  for (const { name, firstText, texts: count, distinct } of columns) {
    if (firstText === null || distinct !== null || count * 10 > rows) continue
    context.print(
      t('cli.preview.typingErrors', {
        name,
        count,
        value: JSON.stringify(firstText.value),
        line: firstText.line,
      }),
    )
  }
  context.print('')
  context.print(t('cli.preview.change'))
}
