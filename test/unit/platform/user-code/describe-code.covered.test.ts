import {
  chmodSync,
  mkdirSync,
  realpathSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { msg } from '../../../../src-main/core/errors/message.ts'
import { commandObjectiveSchema, type UserCode } from '../../../../src-main/core/study/user-code.ts'
import type { StudySpecification } from '../../../../src-main/core/study/study-specification.ts'
import { trustedLines } from '../../../../src-main/running/executors/chosen-executor.ts'
import { describeCode } from '../../../../src-main/platform/user-code/describe-code.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'
import { isSkipped } from '../../../helpers/skipped-on-windows.ts'

const scratch = useScratchFolders()
let folder: string
/** Files that a system takes for a program. */
const isWindows = process.platform === 'win32'
const tool = isWindows ? 'bin/tool.cmd' : 'bin/tool'

beforeEach(() => {
  folder = scratch()
  write(tool, '#!/bin/sh\n', 0o755)
  vi.stubEnv('PATH', `${path.join(folder, 'bin')}${path.delimiter}/usr/bin${path.delimiter}/bin`)
})

afterEach(() => {
  vi.unstubAllEnvs()
})

function write(name: string, text: string, mode = 0o644): void {
  const file = path.join(folder, name)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, text)
  chmodSync(file, mode)
}

async function covered(
  command: unknown,
  options: object = {},
  executor?: StudySpecification['executor'],
): Promise<UserCode> {
  const objective = commandObjectiveSchema.parse({ command, ...options })
  return describeCode(objective, folder, trustedLines({ executor }))
}

const names = ({ files }: UserCode): string[] =>
  files.map(file => path.relative(folder, file.path).replaceAll('\\', '/')).sort()
const codes = ({ notCovered }: UserCode): string[] => notCovered.map(({ code }) => code)

describe('trust covers', () => {
  it.each([
    ['an argument', ['tool', 'a.py'], ['a.py']],
    ['a value of an option', ['tool', '--config=a.py'], ['a.py']],
    ['a file of arguments', ['tool', '@a.py'], ['a.py']],
    ['a short option', ['tool', '-fa.py'], ['a.py']],
    ['a list', ['tool', '--of=a.py,b.py', `x:a.py`], ['a.py', 'b.py']],
    ['a path of several', ['tool', ['a.py', 'b.py'].join(path.delimiter)], ['a.py', 'b.py']],
    ['a script without its ending', ['tool', 'main'], ['main.js']],
    ['a Python module', ['tool', '-m', 'pack.run'], ['pack/__init__.py', 'pack/run.py']],
    ['a joined one', ['tool', '-mpack.run'], ['pack/__init__.py', 'pack/run.py']],
    ['one behind other letters', ['tool', '-um', 'a'], ['a.py']],
    ['a package', ['tool', '-m', 'pack'], ['pack/__init__.py', 'pack/__main__.py']],
    ['a folder that is run', ['tool', 'pack'], ['pack/__main__.py']],
    ['a shell text within', [isWindows ? 'cmd' : 'sh', '-c', 'exec tool a.py --x'], ['a.py']],
  ])('%s', async (_what, command, expected) => {
    for (const file of ['a.py', 'b.py', 'main.js']) write(file, '1')
    for (const file of ['__init__', '__main__', 'run']) write(`pack/${file}.py`, '1')
    const before = await covered(command)
    expect(names(before)).toEqual([tool, ...expected].sort())
    for (const file of expected) {
      write(file, '2')
      expect((await covered(command)).fingerprint, file).not.toBe(before.fingerprint)
      write(file, '1')
    }
    expect((await covered(command)).fingerprint).toBe(before.fingerprint)
  })

  it.each([
    ['a module', 'a.py', 'import os, helper as h\n', 'helper.py'],
    ['a name of a module', 'a.py', 'from helper import (\n  one,  # why\n  two,\n)\n', 'helper.py'],
    ['within a function', 'a.py', 'def f():\n    from helper import one; one()\n', 'helper.py'],
    ['a module of a package', 'a.py', 'from pack import run\n', 'pack/run.py'],
    ['the package itself', 'a.py', 'import pack.run\n', 'pack/__init__.py'],
    ['what a helper imports', 'a.py', 'import second\n', 'helper.py'],
    ['a relative import', 'pack/run.py', 'from .part import one\n', 'pack/part.py'],
    ['by its name as text', 'a.py', 'importlib.import_module("helper")\n', 'helper.py'],
    ['of JavaScript', 'a.mjs', "import { one } from './helper.mjs'\n", 'helper.mjs'],
    ['of TypeScript', 'a.ts', "const one = await import('./lib/index.js')\n", 'lib/index.ts'],
    ['of CommonJS', 'a.cjs', "const one = require('./helper')\n", 'helper.cjs'],
    ['of a shell script', 'a.sh', '. ./helper.sh\n', 'helper.sh'],
  ])('a helper that is imported: %s', async (_what, entry, text, helper) => {
    for (const file of ['helper.py', 'helper.mjs', 'helper.cjs', 'helper.sh', 'unused.py'])
      write(file, '1')
    for (const file of ['__init__.py', 'run.py', 'part.py']) write(`pack/${file}`, '1')
    write('lib/index.ts', '1')
    write('second.py', 'import helper\n')
    write(entry, text)
    const before = await covered(['tool', entry])
    expect(names(before)).toContain(helper)
    expect(names(before)).not.toContain('unused.py')
    write(helper, '2')
    expect((await covered(['tool', entry])).fingerprint).not.toBe(before.fingerprint)
  })

  it.skipIf(isSkipped('links'))('names a helper that a link leads to elsewhere', async () => {
    const elsewhere = path.join(scratch(), 'helper.py')
    writeFileSync(elsewhere, '1')
    symlinkSync(elsewhere, path.join(folder, 'helper.py'))
    write('a.py', 'import helper\n')
    const code = await covered(['tool', 'a.py'])
    expect(names(code)).toEqual(['a.py', tool])
    expect(code.notCovered).toContainEqual(
      msg('trust.uncovered.program', { path: realpathSync(elsewhere) }),
    )
  })

  it('a shell text', async () => {
    write('a.py', '1')
    const code = await covered('tool a.py > log', { shell: true })
    expect(names(code)).toEqual(['a.py', tool])
    expect(codes(code)).toContain('trust.noShellFiles')
  })

  it('variables, and the files that they name', async () => {
    write('hook.so', '1')
    const environment = { LD_PRELOAD: 'other.so hook.so' }
    const before = await covered(['tool'], { environment })
    expect(names(before)).toContain('hook.so')
    write('hook.so', '2')
    expect((await covered(['tool'], { environment })).fingerprint).not.toBe(before.fingerprint)
  })

  it.skipIf(isSkipped('interpreters'))(
    'where a bare program is found, and what it is',
    async () => {
      const before = await covered(['tool'])
      expect(before.programs.map(({ name }) => name)).toEqual(['tool', '/bin/sh'])
      write('bin/tool', '#!/bin/sh\nelse', 0o755)
      const changed = await covered(['tool'])
      expect(changed.fingerprint).not.toBe(before.fingerprint)
      write('other/tool', '#!/bin/sh\n', 0o755)
      const other = path.join(folder, 'other')
      vi.stubEnv('PATH', `${other}${path.delimiter}${process.env['PATH']}`)
      write('bin/tool', '#!/bin/sh\n', 0o755)
      expect((await covered(['tool'])).fingerprint).not.toBe(before.fingerprint)
      const ownEnvironment = { environment: { PATH: path.join(folder, 'bin') } }
      expect((await covered(['tool'], ownEnvironment)).programs[0]?.found).toBe(
        path.join(folder, 'bin/tool'),
      )
    },
  )

  it.runIf(isWindows)('what starts a batch file, and the file', async () => {
    const before = await covered(['tool'])
    expect(before.programs.map(({ found: lookupPath }) => path.basename(lookupPath))).toEqual([
      'cmd.exe',
      'tool.cmd',
    ])
    write(tool, '@exit 1')
    expect((await covered(['tool'])).fingerprint).not.toBe(before.fingerprint)
    write('tool.cmd', '@exit 1')
    write(tool, '#!/bin/sh\n')
    expect((await covered(['tool'])).fingerprint).toBe(before.fingerprint)
  })

  it.skipIf(isSkipped('interpreters'))(
    'a link that leads elsewhere, and the interpreter of a script',
    async () => {
      write('real', '#!/usr/bin/env tool\n', 0o755)
      symlinkSync(path.join(folder, 'real'), path.join(folder, 'bin/link'))
      const code = await covered(['link'])
      expect(code.programs.slice(0, 1)).toEqual([
        { name: 'link', found: path.join(folder, 'bin/link'), file: path.join(folder, 'real') },
      ])
      expect(code.programs.map(({ name }) => name)).toEqual(['link', '/usr/bin/env', 'tool'])
      expect((await covered(['env', 'A=1', 'tool'])).programs.map(({ name }) => name)).toContain(
        'tool',
      )
    },
  )

  it('what Slurm is told, but not how often it is asked', async () => {
    const slurm = { directory: '/shared', options: ['--time=1'] }
    const before = await covered(['tool'], {}, { slurm })
    for (const change of [
      { options: ['--time=1', '--export=ALL,LD_PRELOAD=/tmp/x.so'] },
      { directory: '/elsewhere' },
      { array: false },
      { requeue: false },
    ]) {
      const changed = await covered(['tool'], {}, { slurm: { ...slurm, ...change } })
      expect(changed.fingerprint).not.toBe(before.fingerprint)
    }
    const polledLess = await covered(['tool'], {}, { slurm: { ...slurm, pollSeconds: 60 } })
    expect(polledLess.fingerprint).toBe(before.fingerprint)
    expect(before.executor).toContain('--time=1')
    expect(codes(before)).toContain('trust.uncovered.nodes')
  })

  it('says what it does not cover', async () => {
    mkdirSync(path.join(folder, 'data'))
    write('large.bin', '')
    truncateSync(path.join(folder, 'large.bin'), 17 * 1024 * 1024)
    const code = await covered(['tool', 'data', 'large.bin', '-m', 'installed', '{x}'])
    expect(codes(code)).toEqual([
      'trust.uncovered.folder',
      'trust.uncovered.large',
      'trust.uncovered.module',
      ...(codes(code).includes('trust.uncovered.program') ? ['trust.uncovered.program'] : []),
      'trust.uncovered.parameters',
      'trust.uncovered.loaded',
      'trust.uncovered.session',
    ])
    const declared = await covered(['tool', 'large.bin'], { files: ['large.bin'] })
    expect(names(declared)).toContain('large.bin')
    expect(codes(declared)).not.toContain('trust.uncovered.large')
  })
})
