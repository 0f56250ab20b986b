import { describe, expect, it } from 'vitest'
import { msg } from '../../src-main/core/errors/message.ts'
import type { Problem } from '../../src-main/core/errors/problem.ts'
import { draftRemedies } from '../../src-renderer/features/new-study/problem-remedies.ts'
import { editText, name, problemsOf, review, view } from './new-study-page.ts'
import { pass, t } from './mount.ts'

const data = ['objective', 'data']

describe('a problem of a draft', () => {
  it('of a target that is missing is solved by leaving the rows out', () => {
    const objective = { task: 'tabular', data: { file: 'a.csv', target: 'price' } }
    const rule = msg('rule.inLine', { line: 7, value: '""', rule: msg('rule.targetMissing') })
    const problem: Problem = { path: [...data, 'target'], value: '', rule }
    const [remedy] = draftRemedies(problem, { objective }, [problem])
    expect(remedy?.objective).toMatchObject({ data: { target: 'price', withoutTarget: 'drop' } })
  })

  it('of a column that cannot be read as the file says is solved by inference, or without the column', () => {
    const columns = { listed: { type: 'time' }, area: { decimal: ',' } }
    const objective = { task: 'tabular', data: { file: 'a.csv', target: 'price', columns } }
    const rule = msg('rule.columnType', { type: 'time' })
    const problem: Problem = { path: [...data, 'columns', 'listed'], value: 'x', rule }
    const [infer, leaveOut] = draftRemedies(problem, { objective }, [problem])
    expect(infer?.objective?.['data']).toEqual({
      file: 'a.csv',
      target: 'price',
      columns: { area: { decimal: ',' } },
    })
    expect(leaveOut?.objective?.['data']).toMatchObject({ ignore: ['listed'] })
  })

  it.each([
    ['beside another', '{ dropout: { float: [0, 0.5] } }'],
    ['in an empty space', '{}'],
  ])('of parameters that a command names is solved by one press, %s', async (_, space) => {
    const part = await view()
    await editText(
      part,
      () => `name: mine-too
objective: { command: [python3, train.py, '--lr={lr}', '--layers={layers}', '{seed}'] }
goals: [{ metric: loss, direction: minimize }]
space: ${space}
stop: { trials: 20 }
`,
    )
    const label = t('newStudy.remedy.addParameters', { names: ['lr', 'layers'], count: 2 })
    expect(review(part).text()).toContain(label)
    const button = review(part)
      .findAll('button')
      .find(candidate => candidate.text() === label)
    await button?.trigger('click')
    await pass(400)
    const text = part.value(t('newStudy.file'))
    expect(problemsOf(text)).toEqual([])
    expect(text.includes('dropout')).toBe(space.includes('dropout'))
    expect(text).toMatch(/lr: \{ float: \[ 0.00001, 0.1 \], log: true \}/)
    expect(text).toMatch(/layers: \{ int: \[ 1, 8 \] \}/)
    expect(part.value(name)).toBe('mine-too')
  })
})
