import { writeFileSync } from 'node:fs'
import process from 'node:process'
import { isAppError } from '../../../src-main/core/errors/errors.ts'
import { readers } from '../readers.ts'

/**
 * What jazzer calls with each input, bundled by `npm run fuzz`. The environment names the reader, a folder for it and the file that
 * holds the input under way, which is all that is left of it when V8 itself gives up.
 */
const { FUZZ_READER: name = '', FUZZ_FOLDER: folder = '', FUZZ_INPUT: input = '' } = process.env
const read = readers[name]
if (read === undefined) throw new Error(`no reader ${name}`)
let refused = 0

process.on('exit', () => {
  console.log(`refused ${refused}`)
})

export async function fuzz(content: Buffer): Promise<void> {
  writeFileSync(input, content)
  try {
    await read?.(content, folder)
  } catch (error) {
    if (!isAppError(error) || error.code === 'internal') throw error
    refused++
  }
}
