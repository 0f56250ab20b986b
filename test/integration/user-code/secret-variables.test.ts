import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { repeatStudy } from '../../../src-main/features/studies/node/repeat-study.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { findPython, UserCodeBench } from '../../helpers/user-code-study.ts'

/** Variables of a command that look secret: its process has them, nothing that is stored or passed on has. */

const scratch = useScratchFolders()
const python = findPython()
const secret = 'hunter2-in-the-study-file'
const study = {
  name: 'secrets',
  objective: {
    command: [python ?? '', 'train.py'],
    environment: { HF_TOKEN: secret, signing_key: secret, PLAIN: 'visible', RUN_KEY: '{trial}' },
  },
  goals: [{ metric: 'length', direction: 'maximize' as const }],
  space: { x: { float: [0, 1] as [number, number] } },
  sampler: { name: 'random' },
  stop: { trials: 1 },
}

function bench(): UserCodeBench {
  const made = new UserCodeBench(scratch())
  const length = 'len(os.environ["HF_TOKEN"] + os.environ["signing_key"])'
  made.write(
    'train.py',
    `import json, os\nprint(os.environ["HF_TOKEN"])\nprint(json.dumps({"length": ${length}, "plain": len(os.environ["PLAIN"])}))\n`,
  )
  return made
}

/** Names of all files below a folder that hold a text, but for the file that is to. */
function holders(folder: string, text: string, except: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => {
    const file = path.join(folder, name)
    return file !== except && statSync(file).isFile() && readFileSync(file).includes(text)
  })
}

afterEach(() => {
  vi.unstubAllEnvs()
})

describe.skipIf(python === null)('secret variables of a command', () => {
  it('reach its process, and lie in a file of their owner alone', async () => {
    const made = bench()
    const { trials, study: stored } = await made.tune(study)
    expect(trials[0]).toMatchObject({ state: 'complete', values: [2 * secret.length] })
    expect(stored.specification.objective).toMatchObject({
      environment: {
        HF_TOKEN: '[redacted]',
        signing_key: '[redacted]',
        PLAIN: 'visible',
        RUN_KEY: '{trial}',
      },
    })
    const { secretsFile } = made.workspace
    expect(holders(made.folder, secret, secretsFile)).toEqual([])
    expect(readFileSync(secretsFile, 'utf8')).toContain(secret)
    if (process.platform !== 'win32') expect(statSync(secretsFile).mode & 0o777).toBe(0o600)
  })

  it('reach a study that is repeated, and are asked for by name where they are missing', async () => {
    const made = bench()
    const id = await made.create(study)
    const store = openStudyStore(made.workspace.databasePath)
    const [again = 0] = await repeatStudy(id, 1, {
      store,
      workspace: made.workspace,
      now: Date.now,
    })
    store.close()
    await made.run(again)
    expect(made.read(again).trials[0]).toMatchObject({ values: [2 * secret.length] })
    // As in a copy of the database on another computer.
    rmSync(made.workspace.secretsFile)
    await expect(made.run(id)).rejects.toMatchObject({
      code: 'userCode.secretMissing',
      detail: { names: ['HF_TOKEN', 'signing_key'] },
    })
    vi.stubEnv('HF_TOKEN', 'of the environment')
    vi.stubEnv('signing_key', '')
    await made.run(id)
    expect(made.read(id).trials[0]).toMatchObject({ state: 'complete', values: [18] })
    expect(existsSync(made.workspace.secretsFile)).toBe(false)
  })

  it('stay out of the log where a long line is cut', async () => {
    const made = bench()
    made.write(
      'train.py',
      'import os\nprint("x" * 65533 + os.environ["HF_TOKEN"] + "y" * 100)\nprint(\'{"length": 1}\')\n',
    )
    const { trials } = await made.tune({ ...study, name: 'long line' })
    expect(trials[0]).toMatchObject({ state: 'complete', values: [1] })
    const { secretsFile } = made.workspace
    for (const part of [secret.slice(0, 8), secret.slice(-8)])
      expect(holders(made.folder, part, secretsFile)).toEqual([])
  })
})
