import type { ChartTable } from '../../src-main/charts/chart-model.ts'
import { formatCsv } from '../../src-main/core/values/csv.ts'
import { downloadFile } from '../composables/download-file.ts'

/** Offers all figures of a chart as CSV. */
export function saveTable({ columns, rows }: ChartTable, name: string): void {
  const fileName = `${name.replaceAll(/[^\p{L}\p{N}]+/gu, '-')}.csv`
  const content = formatCsv([columns, ...rows])
  downloadFile({ fileName, mediaType: 'text/csv', content, encoding: 'text' })
}
