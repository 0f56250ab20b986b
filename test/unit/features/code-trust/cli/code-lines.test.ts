import { expect, it } from 'vitest'
import { createTranslate } from '../../../../../src-main/core/i18n/translate.ts'
import type { UserCode } from '../../../../../src-main/core/study/user-code.ts'
import { codeLines } from '../../../../../src-main/features/code-trust/cli/command.ts'

it('asks in a terminal with a line for each variable and option, and none that the code has made', () => {
  const code: UserCode = {
    kind: 'command',
    command: ['python3 a.py # a remark\ntouch b'],
    shell: true,
    directory: '/d',
    environment: { A: '1\nTrusted  B=2', C: '3' },
    files: [],
    programs: [],
    executor: ['--a', '--b\n--c'],
    fingerprint: '0',
    notCovered: [],
  }
  const lines = codeLines(createTranslate('en'), code)
  expect(lines.filter(line => line.startsWith('  '))).toEqual([
    '  Command: python3 a.py # a remark\\x0atouch b',
    '  Folder: /d',
    '  Variables: A=1\\x0aTrusted  B=2',
    '  Variables: C=3',
    '  Options of the executor: --a',
    '  Options of the executor: --b\\x0a--c',
    '  Files: none named in the command',
  ])
  expect(lines.join('')).not.toContain('\n')
})
