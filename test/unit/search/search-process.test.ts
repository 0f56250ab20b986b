import process from 'node:process'
import { afterEach, describe, expect, it } from 'vitest'
import { parseSpecification } from '../../../src-main/core/study/parse-specification.ts'
import { Link } from '../../../src-main/platform/processes/link.ts'

let search: Link<'search'>

afterEach(() => {
  search.kill()
})

describe('search process', () => {
  it('answers in order, and ends with its channel', async () => {
    search = new Link('search')
    const parsed = parseSpecification({
      name: 'test',
      objective: { function: 'sphere', steps: 2 },
      goals: [{ metric: 'value', direction: 'minimize' }],
      space: { x0: { float: [-5, 5] }, x1: { float: [-5, 5] } },
      pruner: { name: 'median', startupTrials: 1 },
      stop: { trials: 10 },
    })
    if (!parsed.ok) throw new Error('the study is wrong')
    const history = [
      {
        number: 0,
        state: 'complete' as const,
        parameters: { x0: 0, x1: 0 },
        values: [1],
        reports: [
          { step: 1, value: 1 },
          { step: 2, value: 1 },
        ],
      },
    ]
    const { specification } = parsed
    expect(
      await search.call('open', { specification, history, earlier: [], elsewhere: [] }),
    ).toBeNull()
    expect(await search.call('propose', 1)).toMatchObject({ provenance: { sampler: 'auto' } })
    const parameters = { x0: 1, x1: 1 }
    const report = { trialNumber: 1, step: 1, value: Number.NaN, further: {} }
    // Only `advanced` serialization brings NaN through.
    const [started, judgment] = await Promise.all([
      search.call('started', { trialNumber: 1, parameters }),
      search.call('judge', report),
    ])
    expect(started).toBeNull()
    expect(judgment).toMatchObject({ action: 'prune' })
    await expect(search.call('propose', 1)).rejects.toMatchObject({ code: 'protocol.invalid' })
    await search.stop(10_000)
    expect(await search.exited).toMatchObject({ exitCode: 0, signal: null })
  })

  it('leaves Ctrl-C to main', async () => {
    search = new Link('search')
    await expect(search.call('propose', 0)).rejects.toMatchObject({ code: 'protocol.invalid' })
    process.kill(Number(search.pid), 'SIGINT')
    await expect(search.call('propose', 0)).rejects.toMatchObject({ code: 'protocol.invalid' })
  })
})
