import { writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { expect, it } from 'vitest'
import { commandObjectiveSchema } from '../../../../src-main/core/study/user-code.ts'
import { missingParts } from '../../../../src-main/platform/user-code/missing-parts.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const node = process.execPath

it.each([
  ['a script that is not there', [node, 'train.mjs', '--lr', '{lr}'], [1]],
  ['a program that is not there', ['no-such-program-here', 'there.mjs'], [0]],
  ['both', ['no-such-program-here', 'train.py'], [0, 1]],
  ['nothing where all is there', [node, './there.mjs', '--config={lr}.js', '-m', 'x'], []],
  ['no script that a parameter names', [node, '{model}.mjs'], []],
  ['no data, which the program may make', [node, 'there.mjs', 'out.csv'], []],
])('finds %s', (_, command, indices) => {
  const folder = scratch()
  writeFileSync(path.join(folder, 'there.mjs'), '')
  const problems = missingParts(commandObjectiveSchema.parse({ command }), folder)
  expect(problems.map(problem => problem.path)).toEqual(
    indices.map(index => ['objective', 'command', index]),
  )
})

it('finds scripts in a line for the shell', () => {
  const objective = commandObjectiveSchema.parse({
    command: 'python3 train.py --lr 1',
    shell: true,
  })
  expect(missingParts(objective, scratch())).toMatchObject([
    { path: ['objective', 'command'], value: 'train.py', rule: { code: 'rule.scriptMissing' } },
  ])
})
