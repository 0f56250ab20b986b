import { describe, expect, it, vi } from 'vitest'
import {
  localChecks,
  withRemoteChecks,
} from '../../../../../src-main/features/interventions/node/intervention-checks.ts'
import {
  type StudySpecification,
  studySpecificationSchema,
} from '../../../../../src-main/core/study/study-specification.ts'

const small = studySpecificationSchema.parse({
  name: 'small',
  objective: { function: 'branin' },
  goals: [{ metric: 'value', direction: 'minimize' }],
  space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } },
  stop: { trials: 2 },
})
const related: StudySpecification = { ...small, relations: ['x0 + x1 <= 20'] }
const whole = { x0: 1, x1: 2 }

function remote() {
  return {
    study: vi.fn(async (specification: StudySpecification) => localChecks.study(specification)),
    point: vi.fn(async (check: Parameters<typeof localChecks.point>[0]) =>
      localChecks.point(check),
    ),
  }
}

describe('checks of interventions', () => {
  it('are made in this process for a small study without relations', async () => {
    const elsewhere = remote()
    const checked = await withRemoteChecks(elsewhere, checks => [
      checks.study(small).ok,
      checks.point({ parameters: whole, specification: small }),
      checks.point({ parameters: { x0: 99, x1: 2 }, specification: small }).length,
    ])
    expect(checked).toEqual([true, [], 1])
    expect([elsewhere.study, elsewhere.point].map(({ mock }) => mock.calls.length)).toEqual([0, 0])
  })

  it('are made elsewhere once each, and the intervention is done in one go with their answers', async () => {
    const elsewhere = remote()
    const done: string[] = []
    const answer = await withRemoteChecks(elsewhere, checks => {
      const [study, point] = [
        checks.study(related).ok,
        checks.point({ parameters: { x0: 10, x1: 15 }, specification: related }).length,
      ]
      done.push('stored')
      return [study, point]
    })
    expect(answer).toEqual([true, 1])
    expect(done).toEqual(['stored'])
    expect([elsewhere.study, elsewhere.point].map(({ mock }) => mock.calls.length)).toEqual([1, 1])
  })

  it('are made again where the study has changed meanwhile', async () => {
    let current = related
    const elsewhere = remote()
    elsewhere.study.mockImplementationOnce(async specification => {
      current = { ...related, space: { ...related.space, x1: { float: [50, 60] } } }
      return localChecks.study(specification)
    })
    const checked = await withRemoteChecks(elsewhere, checks => checks.study(current))
    expect(checked).toMatchObject({ ok: false, problems: [{ path: ['relations', 0] }] })
    expect(elsewhere.study).toHaveBeenCalledTimes(2)
  })

  it('pass on what another process answers instead, and what the work throws', async () => {
    const elsewhere = remote()
    elsewhere.study.mockRejectedValue(new Error('busy'))
    await expect(withRemoteChecks(elsewhere, checks => checks.study(related))).rejects.toThrow(
      'busy',
    )
    const refused = withRemoteChecks(elsewhere, () => {
      throw new Error('refused')
    })
    await expect(refused).rejects.toThrow('refused')
  })

  it('of thousands of names in a point are made elsewhere', async () => {
    const elsewhere = remote()
    const parameters = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`k${at}`, 1]))
    await withRemoteChecks(elsewhere, checks => checks.point({ parameters, specification: small }))
    expect(elsewhere.point).toHaveBeenCalledTimes(1)
  })
})
