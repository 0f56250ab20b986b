import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { afterEach, expect, it, vi } from 'vitest'
import { ssh } from '../../../../../../src-main/running/executors/ssh/common/definition.ts'
import type { StartMessage } from '../../../../../../src-main/core/processes/trainer-protocol.ts'
import { commandObjectiveSchema } from '../../../../../../src-main/core/study/user-code.ts'
import type {
  AttemptListener,
  Executor,
} from '../../../../../../src-main/running/executors/executor.ts'
import {
  remoteFolders,
  remoteJobRecords,
} from '../../../../../../src-main/running/executors/ssh/node/remote-job.ts'
import { SshExecutor } from '../../../../../../src-main/running/executors/ssh/node/ssh-executor.ts'
import type { MixedLocal } from '../../../../../../src-main/running/executors/ssh/node/local-trials.ts'
import { directoryVariable } from '../../../../../../src-main/platform/user-code/kill-left-over.ts'
import { useScratchFolders } from '../../../../../helpers/scratch-folder.ts'
import { isSkipped } from '../../../../../helpers/skipped-on-windows.ts'

const scratch = useScratchFolders()

afterEach(() => vi.unstubAllEnvs())

const local: Executor = {
  start: () => expect.unreachable(),
  test: () => expect.unreachable(),
  close: async () => undefined,
}
const listener: AttemptListener = {
  started: () => undefined,
  metrics: () => undefined,
  judge: async () => 'continue',
}

/** A study that runs on one machine, which is a shell here. */
function executor(workspace: string, mixed: MixedLocal | null): SshExecutor {
  const tools = scratch()
  writeFileSync(path.join(tools, 'ssh'), '#!/bin/sh\nexec sh\n', { mode: 0o700 })
  vi.stubEnv('PATH', `${tools}:${process.env['PATH']}`)
  const objective = commandObjectiveSchema.parse({ command: ['true'], resumes: true })
  return new SshExecutor({
    runs: { objective, userCode: { studyDirectory: scratch(), fingerprint: '', files: [] } },
    options: ssh.optionsSchema.parse({ machines: [{ host: 'box' }] }),
    machines: [{ name: 'box', host: 'box', workspace }],
    local,
    mixed,
    discardedJobsFile: path.join(scratch(), 'discarded'),
  })
}

function startOf(directory: string, changes: Partial<StartMessage>): StartMessage {
  return {
    attemptId: 1,
    trialNumber: 0,
    parameters: {},
    seed: 1,
    artifactDirectory: null,
    goals: [{ metric: 'loss', direction: 'minimize' }],
    userTrial: { directory, attempt: '2', slot: 0, studyName: 'x' },
    ...changes,
  }
}

it.skipIf(isSkipped('shell'))('a job that runs already is followed, and nothing sent', async () => {
  const [workspace, directory] = [scratch(), scratch()]
  const name = 'job-00000000-0000-4000-8000-000000000000'
  const { job, started } = remoteFolders(workspace, name)
  mkdirSync(started, { recursive: true })
  writeFileSync(path.join(job, 'output'), '{"step": 1, "loss": 0.5}\n')
  writeFileSync(path.join(job, 'errors'), '')
  writeFileSync(path.join(job, 'exit'), '0\n')
  remoteJobRecords.write(directory, { attempt: '1', machine: 'box', name, slot: 0 })
  mkdirSync(path.join(directory, 'checkpoints'))
  writeFileSync(path.join(directory, 'checkpoints/state'), 'what an earlier attempt left')
  const sshExecutor = executor(workspace, null)
  const userTrial = {
    directory,
    attempt: '2',
    slot: 0,
    studyName: 'x',
    continuation: { origin: null, earlier: [] },
  }
  const { outcome } = sshExecutor.start(startOf(directory, { userTrial }), listener)
  expect(await outcome).toMatchObject({ state: 'complete', values: [0.5] })
  await sshExecutor.close()
  expect(existsSync(path.join(workspace, 'checkpoints'))).toBe(false)
  expect(readdirSync(path.join(workspace, 'code'))).toEqual([])
})

// What has its mark is looked for in /proc.
// eslint-disable-next-line no-restricted-syntax
it.skipIf(process.platform !== 'linux')(
  'what a trial left running here ends before the trial goes to a machine',
  async () => {
    const directory = scratch()
    const left = spawn('sleep', ['600'], {
      env: { ...process.env, [directoryVariable]: directory },
    })
    const ended = new Promise(resolve => left.once('exit', (_, signal) => resolve(signal)))
    const local = { slots: 1 } as MixedLocal
    const sshExecutor = executor(scratch(), local)
    const gone = path.join(directory, 'gone')
    const from = { path: gone, sha256: '', bytes: 1, step: 1, batch: 0, mode: 'resume' } as const
    const { outcome } = sshExecutor.start(startOf(directory, { from }), listener)
    expect(await outcome).toMatchObject({ state: 'failed', failure: { lostCheckpoint: true } })
    expect(await ended).toBe('SIGKILL')
  },
)
