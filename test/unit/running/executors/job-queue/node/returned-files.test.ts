import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import {
  isReturned,
  ReturnedFiles,
  MAX_FILES_BYTES,
} from '../../../../../../src-main/running/executors/job-queue/node/returned-files.ts'
import { useScratchFolders } from '../../../../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const fileChunk = (name: string, offset: number, text: string | Uint8Array) => {
  const content = typeof text === 'string' ? Uint8Array.from(Buffer.from(text)) : text
  return { kind: 'file' as const, name, offset, content }
}

it('what a program left, said and printed comes back, nothing else', () => {
  const back = ['files/a', 'files/step-2/b.png', 'said.jsonl', 'attempt-2/results.json']
  for (const name of [...back, 'attempt-2.output.000000000000']) {
    expect(isReturned(name, '2'), name).toBe(true)
  }
  const not = ['files', 'trial.json', 'checkpoints/x', 'attempt-1/results.json', 'attempt-2/stop']
  const away = ['../files/a', 'files/../../x', '/files/a', 'files\\..\\x', 'files//a', 'C:/files/a']
  for (const name of [...not, ...away, '', 'files/a\0'])
    expect(isReturned(name, '2'), name).toBe(false)
})

it('pieces are put together in order; a hole, a way out and too much are refused', () => {
  const folder = scratch()
  const trial = path.join(folder, 'trial')
  const returnedFiles = new ReturnedFiles(trial, '1')
  returnedFiles.keep(fileChunk('files/deep/a', 0, 'one '))
  returnedFiles.keep(fileChunk('files/deep/a', 4, 'two'))
  expect(readFileSync(path.join(trial, 'files/deep/a'), 'utf8')).toBe('one two')
  returnedFiles.keep(fileChunk('files/deep/a', 0, 'new'))
  expect(readFileSync(path.join(trial, 'files/deep/a'), 'utf8')).toBe('new')
  expect(() => returnedFiles.keep(fileChunk('files/deep/a', 9, 'x'))).toThrow(/data.invalid/)
  expect(() => returnedFiles.keep(fileChunk('files/../../owned', 0, 'x'))).toThrow(/data.invalid/)
  expect(existsSync(path.join(folder, 'owned'))).toBe(false)
  const much = new Uint8Array(MAX_FILES_BYTES)
  expect(() => returnedFiles.keep(fileChunk('files/big', 0, much))).toThrow(/data.invalid/)
})
