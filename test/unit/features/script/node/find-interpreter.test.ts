import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { findInterpreter } from '../../../../../src-main/features/script/node/find-interpreter.ts'
import { useScratchFolders } from '../../../../helpers/scratch-folder.ts'

const scratchFolder = useScratchFolders()

/** A folder with these files; names that end with a slash are folders. */
function project(files: Readonly<Record<string, string>>): string {
  const folder = scratchFolder()
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), text)
  }
  return folder
}

const chosen = (
  folder: string,
  text = '',
  platform: NodeJS.Platform = 'linux',
  environment: Record<string, string> = {},
) => findInterpreter({ folder, text, platform, environment })

describe('findInterpreter', () => {
  it('takes the virtual environment of the folder or of one above', () => {
    const folder = project({ '.venv/pyvenv.cfg': '', '.venv/bin/python': '', 'src/train.py': '' })
    const expected = {
      interpreter: [path.join(folder, '.venv/bin/python')],
      reason: { code: 'script.interpreter.environment' },
    }
    expect(chosen(folder)).toMatchObject(expected)
    expect(chosen(path.join(folder, 'src'))).toMatchObject(expected)
  })

  it('knows uv, Poetry, conda and pyenv by their files', () => {
    expect(chosen(project({ 'uv.lock': '' })).interpreter).toEqual(['uv', 'run', 'python'])
    expect(chosen(project({ 'poetry.lock': '' })).interpreter[0]).toBe('poetry')
    const conda = chosen(project({ 'environment.yml': 'name: vision\n' }))
    expect(conda.interpreter).toContain('vision')
    // As MLflow projects call it.
    const mlflow = chosen(project({ 'conda.yaml': 'name: tutorial\n' }))
    expect(mlflow.interpreter).toContain('tutorial')
    expect(chosen(project({ '.python-version': '3.12.1\n' })).reason).toEqual({
      code: 'script.interpreter.file',
      values: { file: '.python-version', program: 'pyenv (3.12.1)' },
    })
  })

  it('else takes the active conda environment, the first line of the script, or the usual one', () => {
    const folder = project({})
    const environment = { CONDA_PREFIX: '/opt/conda' }
    expect(chosen(folder, '', 'linux', environment).interpreter).toEqual(['/opt/conda/bin/python'])
    expect(chosen(folder, '#!/usr/bin/env python3.11\n').interpreter).toEqual(['python3.11'])
    expect(chosen(folder).interpreter).toEqual(['python3'])
    expect(chosen(folder, '', 'win32').interpreter).toEqual(['py', '-3'])
  })

  it('takes what is nearest to the script before what is above, and files of a project before a first line', () => {
    const folder = project({ 'uv.lock': '', 'vision/environment.yml': 'name: vision\n' })
    const shebang = '#!/usr/bin/python3.9\n'
    expect(chosen(path.join(folder, 'vision'), shebang).interpreter).toContain('vision')
    expect(chosen(folder, shebang).interpreter).toEqual(['uv', 'run', 'python'])
    const environment = { CONDA_PREFIX: '/opt/conda' }
    expect(chosen(folder, '', 'linux', environment).interpreter[0]).toBe('uv')
  })

  it('finds the Python of an environment where Windows has it, and neither pyenv nor first lines there', () => {
    const folder = project({ '.venv/pyvenv.cfg': '', '.venv/Scripts/python.exe': '' })
    expect(chosen(folder, '', 'win32').interpreter).toEqual([
      path.join(folder, '.venv', 'Scripts', 'python.exe'),
    ])
    const other = project({ '.python-version': '3.12.1\n' })
    expect(chosen(other, '#!/usr/bin/python3.9\n', 'win32').interpreter).toEqual(['py', '-3'])
    // An environment of another system has no Python for this one.
    expect(chosen(folder, '').interpreter).toEqual(['python3'])
  })
})
