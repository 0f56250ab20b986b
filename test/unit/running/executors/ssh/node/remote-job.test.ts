import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import {
  beginScript,
  NOT_COPIED,
  remoteFolders,
} from '../../../../../../src-main/running/executors/ssh/node/remote-job.ts'
import { LocalShellMachine } from '../../../../../helpers/local-shell-machine.ts'
import { useScratchFolders } from '../../../../../helpers/scratch-folder.ts'
import { isSkipped } from '../../../../../helpers/skipped-on-windows.ts'
import { until } from '../../../../../helpers/user-code-study.ts'

const scratch = useScratchFolders()

/** Begins a job that says what it finds in its folder. @returns how it ended */
async function ended(from: string): Promise<{ code: number; output: string; errors: string }> {
  const workspace = scratch()
  const remote = remoteFolders(workspace, 'job-1')
  const to = path.join(remote.trial, 'checkpoints')
  await new LocalShellMachine(workspace).order(
    beginScript(remote, {
      filled: { program: 'cat', parameters: [path.join(to, 'state')], added: {} },
      directory: '/',
      folders: [to],
      files: [],
      copies: [{ from: `${from}/.`, to }],
    }),
  )
  await until(() => existsSync(path.join(remote.job, 'exit')), 'end of the job')
  const [code, output, errors] = ['exit', 'output', 'errors'].map(name =>
    readFileSync(path.join(remote.job, name), 'utf8'),
  ) as [string, string, string]
  return { code: Number.parseInt(code, 10), output, errors }
}

it.skipIf(isSkipped('shell'))('a job finds what it goes on from', async () => {
  const from = path.join(scratch(), "it's there")
  mkdirSync(from)
  writeFileSync(path.join(from, 'state'), 'step 3')
  expect(await ended(from)).toMatchObject({ code: 0, output: 'step 3', errors: '' })
})

it.skipIf(isSkipped('shell'))('a job whose copy fails runs nothing, and says so', async () => {
  const { code, output, errors } = await ended(path.join(scratch(), 'gone'))
  expect({ code, output }).toEqual({ code: NOT_COPIED, output: '' })
  expect(errors).toContain('gone')
})
