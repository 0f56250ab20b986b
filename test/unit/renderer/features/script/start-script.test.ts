import { expect, it } from 'vitest'
import { areOfScript, startsOf } from '../../../../../src-renderer/features/script/start-script.ts'

const taken = (...paths: string[]) =>
  paths.map(path => ({
    file: new File([], path.split('/').at(-1) ?? ''),
    within: path.includes('/') ? path : '',
  }))

it.each([
  [['fit.py'], ['fit.py']],
  [['project/model.py', 'project/train.py', 'project/data/rows.csv'], ['train.py']],
  [
    ['project/a.py', 'project/b.py', 'project/tools/train.py'],
    ['a.py', 'b.py'],
  ],
  [
    ['project/train.py', 'project/main.py'],
    ['train.py', 'main.py'],
  ],
  [['notes.ipynb'], ['notes.ipynb']],
  [['notes.ipynb', 'fit.py'], ['fit.py']],
  [['rows.csv'], []],
])('of %j, %j may start the others', (paths, starts) => {
  expect(startsOf(taken(...paths)).map(({ name }) => name)).toEqual(starts)
  expect(areOfScript(taken(...paths))).toBe(starts.length > 0)
})

it('takes no folder of data for a project because a script lies deep in it', () => {
  expect(areOfScript(taken('digits/0/a.png', 'digits/0/tools/read.py'))).toBe(false)
})

it('knows where a script lies among what is sent with it', () => {
  const below = (...paths: string[]) => startsOf(taken(...paths)).map(start => start.below)
  expect(below('project/train.py', 'project/data/rows.csv')).toEqual(['train.py'])
  expect(below('project/train.py', 'rows.csv')).toEqual(['project/train.py'])
  expect(below('train.py', 'model/net.yaml')).toEqual(['train.py'])
})
