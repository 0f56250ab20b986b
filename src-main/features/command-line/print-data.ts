import process from 'node:process'
import { visibleText } from '../../core/i18n/visible-text.ts'

type Output = Pick<NodeJS.WriteStream, 'isTTY'> & { write(text: string): unknown }

/** Writes what is meant for a file as it is; to a terminal, which control characters in names and values would steer, visibly. */
export function printData(text: string, output: Output = process.stdout): void {
  output.write(output.isTTY ? visibleText(text) : text)
}
