import { createRequire } from 'node:module'
import process from 'node:process'

/** Functions of Windows' kernel32. */
interface TextFunctions {
  /** The code page of consoles. */
  readonly terminalCodePage: () => number
  /** @returns how many letters there are, 0 where that code page is not known */
  readonly toLetters: (
    codePage: number,
    flags: number,
    bytes: Buffer,
    byteCount: number,
    into: Buffer,
    most: number,
  ) => number
}

const BYTES_OF_LETTER = 2

let functions: TextFunctions | null = null

/** Bytes that are no UTF-8 as a terminal of this system shows them: on Windows in the code page of its consoles, elsewhere with U+FFFD. */
export function terminalText(bytes: Buffer): string {
  if (process.platform !== 'win32') return bytes.toString('utf8')
  functions ??= textFunctions()
  return textOf(bytes, functions.terminalCodePage(), functions)
}

/** @returns with U+FFFD where the system does not know the code page */
export function textOf(
  bytes: Buffer,
  codePage: number,
  { toLetters }: Pick<TextFunctions, 'toLetters'> = textFunctions(),
): string {
  // A byte is two letters at most.
  const most = 2 * bytes.length
  const letters = Buffer.alloc(BYTES_OF_LETTER * most)
  const count = toLetters(codePage, 0, bytes, bytes.length, letters, most)
  return count === 0
    ? bytes.toString('utf8')
    : letters.toString('utf16le', 0, BYTES_OF_LETTER * count)
}

function textFunctions(): TextFunctions {
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
  const kernel = koffi.load('kernel32.dll')
  return {
    terminalCodePage: kernel.func('GetOEMCP', 'uint32', []),
    toLetters: kernel.func('MultiByteToWideChar', 'int', [
      'uint32',
      'uint32',
      'void *',
      'int',
      'void *',
      'int',
    ]),
  }
}
