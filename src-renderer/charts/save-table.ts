import type { ChartTable } from '../../src-main/charts/chart-model.ts'
import { downloadFile } from '../composables/download-file.ts'

/** Offers all figures of a chart as CSV. */
export function saveTable({ columns, rows }: ChartTable, name: string): void {
  const cell = (value: string | number | null): string =>
    typeof value === 'string' && /[",\n\r]/.test(value)
      ? `"${value.replaceAll('"', '""')}"`
      : String(value ?? '')
  const lines = [columns, ...rows].map(row => row.map(cell).join(','))
  const fileName = `${name.replaceAll(/[^\p{L}\p{N}]+/gu, '-')}.csv`
  const content = `${lines.join('\n')}\n`
  downloadFile({ fileName, mediaType: 'text/csv', content, encoding: 'text' })
}
