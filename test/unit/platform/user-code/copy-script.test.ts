import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { commandObjectiveSchema } from '../../../../src-main/core/study/user-code.ts'
import {
  type SelfContainedScript,
  selfContainedScript,
  withCopiedScript,
} from '../../../../src-main/platform/user-code/copy-script.ts'
import { describeCode } from '../../../../src-main/platform/user-code/describe-code.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
let folder: string

beforeEach(() => {
  folder = scratch()
})

async function find(
  text: string,
  command: readonly string[] = ['python3', 'a.py'],
  options: object = {},
): Promise<SelfContainedScript | null> {
  writeFileSync(path.join(folder, 'a.py'), text)
  const objective = commandObjectiveSchema.parse({ command: [...command], ...options })
  return selfContainedScript(objective, await describeCode(objective, folder))
}

describe('a script that can run from anywhere', () => {
  it.each([
    ['import json, os\n', ['python3', 'a.py']],
    ['from sklearn.svm import SVC\nimport numpy as np\n', ['python3', '-u', 'a.py', '--lr={lr}']],
    ['', ['/usr/bin/python3.13', 'a.py']],
  ])('%j', async (text, command) => {
    expect(await find(text, command)).toMatchObject({ file: path.join(folder, 'a.py') })
  })

  it.each([
    ['what lies beside it', 'open(Path(__file__).parent / "x")', ['python3', 'a.py']],
    ['its own name', 'import sys\nprint(sys.argv[0])', ['python3', 'a.py']],
    ['a library that reads beside it', 'import hydra\n', ['python3', 'a.py']],
    ['a module that is not known', 'import json, mine\n', ['python3', 'a.py']],
    ['one behind a colon', 'if True: import mine\n', ['python3', 'a.py']],
    ['one behind a semicolon', 'x = 1; from mine import y\n', ['python3', 'a.py']],
    ['classes that are loaded by name', 'import torch\ntorch.load("m.pt")', ['python3', 'a.py']],
    ['an option of Python', '', ['python3', '-I', 'a.py']],
    ['another program', '', ['torchrun', 'a.py']],
    ['a module that is run', '', ['python3', '-m', 'a']],
  ])('is not one with %s', async (_what, text, command) => {
    expect(await find(text, command)).toBeNull()
  })

  it('is none beside another file that trust covers, in a shell, or where it serves', async () => {
    writeFileSync(path.join(folder, 'b.yaml'), '')
    expect(await find('', ['python3', 'a.py', '--config=b.yaml'])).toBeNull()
    expect(await find('', ['python3', 'a.py'], { serves: true })).toBeNull()
    expect(await find('', ['python3', 'a.py'], { shell: true })).toBeNull()
  })

  it('is copied as it was hashed, or not at all', async () => {
    const script = (await find('import json\n')) as SelfContainedScript
    const filled = {
      program: 'python3',
      parameters: ['a.py', '--x'],
      added: { PYTHONPATH: '/lib' },
    }
    const trial = path.join(folder, 'trial')
    mkdirSync(trial)
    const copied = withCopiedScript(filled, script, trial)
    const copy = path.join(trial, 'code', script.sha256, 'a.py')
    expect(copied.parameters).toEqual([copy, '--x'])
    // The folder of the original is not searched: what lies there is not trusted.
    expect(copied.added['PYTHONPATH']).toBe('/lib')
    expect(readFileSync(copy, 'utf8')).toBe('import json\n')
    writeFileSync(script.file, 'import os\n')
    expect(() => withCopiedScript(filled, script, trial)).toThrow(
      expect.objectContaining({ code: 'userCode.changed' }) as Error,
    )
  })
})
