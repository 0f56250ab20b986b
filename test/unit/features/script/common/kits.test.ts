import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { kitNames, kits } from '../../../../../src-main/features/script/common/kits.ts'
import { checkStudyText } from '../../../../../src-main/features/studies/node/study-check.ts'
import { tasks } from '../../../../../src-main/training/tasks/registry.ts'

const repository = path.join(import.meta.dirname, '../../../../..')
const read = (file: string): string => readFileSync(path.join(repository, file), 'utf8')

it('every folder of kits and every page of theirs is registered, and the other way round', () => {
  const names = [...kitNames].sort()
  expect(readdirSync(path.join(repository, 'resources/kits')).sort()).toEqual(names)
  const pages = readdirSync(path.join(repository, 'docs/kits'))
  expect(pages.map(file => file.replace(/\.md$/, '')).sort()).toEqual(names)
})

describe.each(kitNames)('the kit %s', name => {
  const study = read(`resources/kits/${name}/study.yaml`)

  it('has a study file without problems, which starts the Python of its folder', () => {
    const checked = checkStudyText(study, 'yaml', { tasks })
    expect(checked.ok ? [] : checked.problems).toEqual([])
    if (kits[name].ran) expect(study).toContain('command: [python3, train.py]')
  })

  it('has a page that says how to begin, and whether it was run', () => {
    const page = read(`docs/kits/${name}.md`)
    expect(page).toContain(`tunewright init --kit ${name} `)
    expect(page.includes('not run here')).toBe(!kits[name].ran)
  })

  it('marks the one place for data in its program', () => {
    if (!kits[name].ran) return
    const program = read(`resources/kits/${name}/train.py`)
    expect(program.match(/^# ---- Your .*data.* ----$/gm)).toHaveLength(1)
    expect(program.match(/^# ---- Up to here\. ----$/gm)).toHaveLength(1)
  })
})
