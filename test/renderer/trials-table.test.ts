import { beforeEach, describe, expect, it, vi } from 'vitest'
import { msg } from '../../src-main/core/errors/message.ts'
import type { TrialView } from '../../src-main/core/study/trial-view.ts'
import { parameterOrder } from '../../src-renderer/features/study/trial-columns.ts'
import TrialsPanel from '../../src-renderer/features/study/TrialsPanel.vue'
import { useLiveStudy } from '../../src-renderer/stores/live-study.ts'
import { bestHeadline } from '../helpers/best-headline.ts'
import { openStudy } from './live-study.ts'
import { trialRow } from '../helpers/trial-row.ts'
import { type Back, type Mounted, mountPart, pressKey, settle, t, zh } from './mount.ts'

const SHOWN_PX = 600

/** A document without a layout: rows are only drawn where there is room for them. */
beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(SHOWN_PX)
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(1_200)
})

const trials = [
  trialRow(0, { parameters: { optimizer: 'adam', units: 3 }, values: [0.5], finishedAtMs: 4_000 }),
  trialRow(1, { parameters: { optimizer: 'sgd', units: 9 }, values: [0.1], finishedAtMs: null }),
  trialRow(2, { state: 'failed', parameters: { optimizer: 'adam', units: 8 }, excluded: true }),
  trialRow(3, {
    state: 'pruned',
    parameters: { optimizer: 'sgd' },
    values: [Number.NaN],
    reason: msg('pruning.belowLimit', { step: 3, value: 1, limit: 2 }),
  }),
]
type Rows = Parameters<typeof openStudy>[1]

async function table(
  rows: Rows = trials,
  language: 'en' | 'zh-CN' = 'en',
  back: Back = {},
  { path, ...change }: { readonly path?: string; readonly trialViews?: readonly TrialView[] } = {},
): Promise<Mounted> {
  const part = mountPart(TrialsPanel, {
    props: { active: true },
    language,
    back,
    ...(path === undefined ? {} : { path }),
    prepare: () => {
      openStudy(
        { space: { optimizer: { choice: ['adam', 'sgd'] }, units: { int: [1, 9] } } },
        rows,
        { best: bestHeadline(1, 0.1), ...change },
      )
    },
  })
  await settle()
  return part
}
const rowsOf = (part: Mounted) => part.wrapper.findAll('[role=row][data-index]')
const numbers = (part: Mounted): string[] =>
  rowsOf(part).map(row => row.find('[role=gridcell]').text())
const cells = (part: Mounted, row: number): string[] => {
  const gridCells = rowsOf(part)[row]?.findAll('[role=gridcell]') ?? []
  return gridCells.map(cell => cell.text().trim())
}

async function sortBy(part: Mounted, title: string): Promise<void> {
  const head = part.wrapper
    .findAll('[role=columnheader] button')
    .find(element => element.text().startsWith(title))
  await head?.trigger('click')
  await settle()
}

describe('the columns of parameters', () => {
  const space = {
    ...Object.fromEntries(
      ['a', 'b', 'c'].map(name => [`net-${name}`, { int: [1, 9], when: { family: 'network' } }]),
    ),
    ...Object.fromEntries(
      ['a', 'b'].map(name => [`tree-${name}`, { int: [1, 9], when: { family: 'trees' } }]),
    ),
    seedOffset: { int: [1, 9] },
    family: { choice: ['network', 'trees', 'linear'] },
  } as const
  const rows = [
    ...[0, 1, 2].map(number =>
      trialRow(number, {
        parameters: { family: 'network', 'net-a': 1, 'net-b': 2, 'net-c': 3, seedOffset: 1 },
      }),
    ),
    ...[3, 4].map(number => trialRow(number, { parameters: { family: 'linear', seedOffset: 2 } })),
    trialRow(5, { parameters: { family: 'trees', 'tree-a': 4, 'tree-b': 5, seedOffset: 3 } }),
  ]
  const columnsOf = (best: number): readonly string[] => {
    const { names, shown } = parameterOrder(space as never, Object.keys(space), rows, best)
    expect(names.toSorted()).toEqual(Object.keys(space).toSorted())
    return names.slice(0, shown)
  }

  it('begin with what others depend on, and leave out what is empty in most rows', () => {
    expect(columnsOf(0)).toEqual(['family', 'net-a', 'net-b', 'net-c', 'seedOffset'])
    // Those of the best trial stand first among what is shown on request.
    expect(columnsOf(5)).toEqual(['family', 'net-a', 'net-b', 'net-c', 'seedOffset'])
    const { names } = parameterOrder(
      space as never,
      ['net-a', 'tree-a', 'tree-b'],
      rows.slice(3),
      5,
    )
    expect(names).toEqual(['tree-a', 'tree-b', 'net-a'])
    const few = parameterOrder(space as never, ['seedOffset', 'tree-a', 'family'], rows.slice(3), 3)
    expect(few).toEqual({ names: ['family', 'seedOffset', 'tree-a'], shown: 2 })
  })

  it('are at most eight, unless a person chooses others', () => {
    const names = Array.from({ length: 12 }, (_, index) => `p${index}`)
    const plain = Object.fromEntries(names.map(name => [name, { int: [1, 9] }]))
    expect(parameterOrder(plain as never, names, [], undefined)).toEqual({ names, shown: 8 })
  })

  it('stand so in the table', async () => {
    const part = mountPart(TrialsPanel, {
      props: { active: true },
      prepare: () => {
        openStudy({ space: space as never }, rows, { best: bestHeadline(0, 0.1) })
      },
    })
    await settle()
    const heads = part.wrapper.findAll('[role=columnheader]').map(head => head.text().split(' ')[0])
    expect(heads.slice(3, -2)).toEqual(['family', 'seedOffset', 'net-a', 'net-b', 'net-c'])
  })
})

describe('the rows of trials', () => {
  it('show the newest first, each value as people write it', async () => {
    const part = await table()
    expect(numbers(part)).toEqual(['3', '2', '1', '0'])
    expect(cells(part, 3)).toEqual(['0', expect.any(String), '0.5000', 'adam', '3', '4.0 s', ''])
    expect(cells(part, 0)?.[6]).toBe(t('pruning.belowLimit', { step: 3, value: 1, limit: 2 }))
    expect(cells(part, 2)?.[5]).toBe('…')
    expect(cells(part, 0)?.[4]).toBe('')
  })

  it('fill the cell of a value by how good it is, and have numbers under heads at the right', async () => {
    const part = await table()
    const fillOf = (row: number) =>
      rowsOf(part)[row]?.findAll('[role=gridcell]')[2]?.attributes('style') ?? ''
    expect(fillOf(2)).toContain('var(--heat) 100%')
    expect(fillOf(3)).not.toContain('--heat')
    const heads = part.wrapper.findAll('[role=columnheader]')
    const numeric = heads.filter(head => head.classes().includes('numeric'))
    expect(numeric.map(head => head.text().split(' ')[0])).toEqual([
      t('trials.number'),
      'loss',
      'units',
      t('trials.duration'),
    ])
  })

  it('mark the best one and those out of the search, in the language of the page', async () => {
    const part = await table(trials, 'zh-CN')
    expect(rowsOf(part).map(row => row.classes().filter(name => name !== 'row'))).toEqual([
      [],
      ['excluded'],
      ['best'],
      [],
    ])
    expect(cells(part, 1)?.[1]).toContain(zh('steering.excludedTag'))
    expect(cells(part, 1)?.[1]).toContain(zh('state.failed'))
  })

  it('are sorted by values, those without one last in both directions', async () => {
    const part = await table()
    await sortBy(part, 'loss')
    expect(numbers(part)).toEqual(['1', '0', '2', '3'])
    await sortBy(part, 'loss')
    expect(numbers(part)).toEqual(['0', '1', '2', '3'])
    await sortBy(part, 'optimizer')
    expect(numbers(part)).toEqual(['0', '2', '1', '3'])
  })

  it('are those that the filter leaves, built by columns or typed', async () => {
    const part = await table()
    await part.choose(t('filter.is'), 'failed')
    await part.wrapper
      .findAll('form')
      .find(form => form.text().endsWith(t('filter.add')))
      ?.trigger('submit')
    await settle()
    expect(part.value(t('trials.filter'))).toBe('state:failed')
    expect(numbers(part)).toEqual(['2'])
    await part.type(t('trials.filter'), 'units>7')
    expect(numbers(part)).toEqual(['2', '1'])
    await part.type(t('trials.filter'), 'unit>7')
    expect(part.text()).toContain(t('trials.noParameter', { names: ['unit'] }))
  })

  it('have the columns that are chosen: all, none', async () => {
    const part = await table()
    await part.press(t('trials.noColumns'))
    expect(cells(part, 3)).toHaveLength(5)
    await part.press(t('trials.allColumns'))
    expect(cells(part, 3)).toHaveLength(7)
  })

  it('follow the study while they are looked at, and not behind another tab', async () => {
    const part = await table()
    const live = useLiveStudy()
    live.trials = [...trials, trialRow(4)]
    await settle()
    expect(numbers(part)).toHaveLength(5)
    await part.wrapper.setProps({ active: false })
    live.trials = [...live.trials, trialRow(5)]
    await settle()
    expect(numbers(part)).toHaveLength(5)
    await part.wrapper.setProps({ active: true })
    await settle()
    expect(numbers(part)).toHaveLength(6)
  })

  it('say that there are none yet, or that they are still read', async () => {
    const part = await table([])
    expect(part.text()).toContain(t('study.noTrials'))
    useLiveStudy().complete = false
    await settle()
    expect(part.text()).toContain(t('app.loading'))
    expect(part.text()).not.toContain(t('study.noTrials'))
  })

  it('are drawn as far as they can be seen, and counted all the same', async () => {
    const many = Array.from({ length: 1_000 }, (_, number) => trialRow(number))
    const part = await table(many)
    expect(rowsOf(part).length).toBeGreaterThanOrEqual(SHOWN_PX / 30)
    expect(rowsOf(part).length).toBeLessThan(100)
    expect(part.wrapper.find('[role=grid]').attributes('aria-rowcount')).toBe('1001')
    expect(rowsOf(part)[0]?.attributes('aria-rowindex')).toBe('2')
  })
})

describe('the columns of trials', () => {
  const headOf = (part: Mounted, title: string) => {
    const head = part.wrapper
      .findAll('[role=columnheader]')
      .find(element => element.text().startsWith(title))
    if (head === undefined) throw new Error(title)
    return head
  }
  const titles = (part: Mounted) =>
    part.wrapper.findAll('[role=columnheader] .sort').map(element => element.text().split(' ')[0])

  it('stay in sight when they are pinned, in front of the others', async () => {
    const part = await table()
    await part.press(t('trials.pin', { name: 'units' }))
    expect(titles(part).slice(0, 4)).toEqual([
      t('trials.number'),
      t('trials.state'),
      'units',
      'loss',
    ])
    expect(headOf(part, 'units').classes()).toContain('pinned')
    expect(part.button(t('trials.pin', { name: 'units' })).attributes('aria-pressed')).toBe('true')
    await part.press(t('trials.pin', { name: 'units' }))
    expect(titles(part)[2]).toBe('loss')
  })

  it('become wider and narrower by arrows', async () => {
    const part = await table()
    const edge = part.field(t('trials.width', { name: 'units' }))
    const before = Number(edge.attributes('aria-valuenow'))
    await pressKey('ArrowRight', edge.element)
    expect(Number(edge.attributes('aria-valuenow'))).toBe(before + 20)
    await pressKey('ArrowLeft', edge.element)
    await pressKey('ArrowLeft', edge.element)
    expect(Number(edge.attributes('aria-valuenow'))).toBe(before - 20)
  })

  it('stand in the order of importance, once that is known', async () => {
    const shares = [
      { name: 'units', mean: 0.9, deviation: 0 },
      { name: 'optimizer', mean: 0.1, deviation: 0 },
    ]
    const part = await table(trials, 'en', {
      'study.analyze': {
        answer: { ok: true, result: { parameters: shares, pairs: [] } },
      } as never,
    })
    await new Promise(resolve => setTimeout(resolve, 450))
    expect(titles(part).slice(3, 5)).toEqual(['units', 'optimizer'])
  })
})

describe('groups of trials', () => {
  const groups = (part: Mounted): string[] =>
    part.wrapper.findAll('.group').map(element => element.text().replaceAll(/\s+/g, ' '))

  it('have the trials of one value each, the best group first, and fold', async () => {
    const part = await table([
      ...trials.slice(0, 1),
      trialRow(1, { parameters: { optimizer: 'sgd' }, values: [0.1] }),
      ...trials.slice(2),
      trialRow(4, { parameters: {}, values: [9] }),
    ])
    expect(part.options(t('trials.groupBy'))).toEqual(['', 'state', 'parameter.optimizer'])
    await part.choose(t('trials.groupBy'), 'parameter.optimizer')
    expect(groups(part)).toEqual([
      '▾ optimizer = sgd2 trials · best 0.1000 · median 0.1000',
      '▾ optimizer = adam2 trials · best 0.5000 · median 0.5000',
      `▾ ${t('trials.groupInactive', { name: 'optimizer' })}1 trial · best 9.000 · median 9.000`,
    ])
    const order = () =>
      part.wrapper
        .findAll('[role=row][data-index]:not(.group)')
        .map(row => row.find('.number').text())
    expect(order()).toEqual(['3', '1', '2', '0', '4'])
    const [sgd] = part.wrapper.findAll('.group')
    await sgd?.trigger('click')
    await settle()
    expect(order()).toEqual(['2', '0', '4'])
    expect(part.wrapper.find('.group button').attributes('aria-expanded')).toBe('false')
    expect(part.wrapper.find('[role=grid]').attributes('aria-rowcount')).toBe('7')
    // With the arrows over heads as well.
    await pressKey('Enter', sgd?.element)
    expect(order()).toHaveLength(5)
  })

  it('by state are named as states are', async () => {
    const part = await table(trials, 'zh-CN')
    await part.choose(zh('trials.groupBy'), 'state')
    expect(groups(part)[0]).toContain(zh('state.complete'))
  })
})

describe('views of the table', () => {
  const view: TrialView = {
    name: 'adam only',
    filter: 'optimizer:adam',
    sort: 'value.0',
    columns: ['units'],
    groupBy: 'state',
  }
  const wait = () => new Promise(resolve => setTimeout(resolve, 260))
  const pressed = (part: Mounted): string[] =>
    part.wrapper.findAll('.views button[aria-pressed=true]').map(element => element.text())

  it('are kept with the study, shown by a press and in the link', async () => {
    const requests: unknown[] = []
    const part = await table(trials, 'en', {
      'study.keepTrialView': ((request: { view: TrialView | null }) => {
        requests.push(request)
        return request.view === null ? [] : [request.view]
      }) as never,
    })
    expect(pressed(part)).toEqual([t('views.usual')])
    await part.type(t('trials.filter'), view.filter)
    await sortBy(part, 'loss')
    await part.choose(t('trials.columns'), ['parameter.units'])
    await part.choose(t('trials.groupBy'), 'state')
    await part.type(t('views.name'), ` ${view.name} `)
    await part.wrapper
      .findAll('form')
      .find(form => form.text() === t('views.keep'))
      ?.trigger('submit')
    await settle()
    expect(requests).toEqual([{ studyId: 7, name: view.name, view }])
    expect(pressed(part)).toEqual([view.name])
    await wait()
    expect(part.router.currentRoute.value.query).toEqual({
      filter: view.filter,
      sort: 'value.0',
      columns: '["units"]',
      group: 'state',
    })
    await part.press(t('views.usual'))
    expect(numbers(part)).toEqual(['3', '2', '1', '0'])
    await part.press(view.name)
    expect(part.value(t('trials.filter'))).toBe(view.filter)
    expect(part.wrapper.findAll('.group')).toHaveLength(2)
  })

  it('come with the address, and are offered to be changed, renamed and removed', async () => {
    const part = await table(
      trials,
      'en',
      {
        'study.keepTrialView': ((request: { view: TrialView | null }) =>
          request.view === null ? [] : [request.view]) as never,
      },
      {
        path: `/study/7/trials?filter=optimizer:adam&sort=value.0&columns=["units"]&group=state`,
        trialViews: [view],
      },
    )
    expect(pressed(part)).toEqual([view.name])
    await part.press(view.name)
    await part.type(t('trials.filter'), 'units>2')
    expect(pressed(part)).toEqual([])
    await part.press(t('views.keepChanges', { name: view.name }))
    expect(part.requests('study.keepTrialView').at(-1)).toEqual({
      studyId: 7,
      name: view.name,
      view: { ...view, filter: 'units>2' },
    })
    await part.press(t('views.rename'))
    await part.type(t('views.newName'), 'wide')
    await part.wrapper
      .findAll('form')
      .find(form => form.text().endsWith(t('views.rename')))
      ?.trigger('submit')
    await settle()
    expect(part.requests('study.keepTrialView').at(-1)).toMatchObject({
      name: view.name,
      view: { name: 'wide' },
    })
    await part.press(t('views.remove'))
    expect(part.requests('study.keepTrialView').at(-1)).toMatchObject({ name: 'wide', view: null })
    expect(part.wrapper.findAll('.views .saved')).toHaveLength(0)
  })
})

describe('several trials', () => {
  it('are selected by their boxes, by Space and with Shift, and compared when they are two to five', async () => {
    const part = await table()
    expect(part.text()).not.toContain(t('trials.compare'))
    await part.field(t('trials.select', { number: 3 })).trigger('click')
    await settle()
    expect(part.button(t('trials.compare')).attributes('disabled')).toBeDefined()
    await pressKey(' ', rowsOf(part)[2]?.element)
    expect(part.text()).toContain(t('trials.selectedCount', { count: 2 }))
    await part.press(t('trials.compare'))
    expect(part.router.currentRoute.value.query).toEqual({ compare: '1,3' })
    await rowsOf(part)[0]?.trigger('click', { ctrlKey: true })
    await rowsOf(part)[3]?.trigger('click', { shiftKey: true })
    await settle()
    expect(part.text()).toContain(t('trials.selectedCount', { count: 4 }))
  })
})

describe('the keyboard in the rows', () => {
  const focused = (): string | undefined => (document.activeElement as HTMLElement).dataset['index']
  /** The focus follows with the next picture. */
  const frame = () => new Promise(resolve => setTimeout(resolve, 40))

  it('moves by arrows, and stays at the ends', async () => {
    const part = await table()
    const [first] = rowsOf(part)
    ;(first?.element as HTMLElement).focus()
    for (const [key, at] of [
      ['ArrowUp', '0'],
      ['ArrowDown', '1'],
      ['ArrowDown', '2'],
      ['ArrowUp', '1'],
      ['ArrowDown', '2'],
      ['ArrowDown', '3'],
      ['ArrowDown', '3'],
    ] as const) {
      await pressKey(key)
      await frame()
      expect(focused()).toBe(at)
    }
  })

  it('opens a trial by Enter, and closes it by Escape', async () => {
    const part = await table()
    ;(rowsOf(part)[2]?.element as HTMLElement).focus()
    await pressKey('Enter')
    const drawer = () => part.wrapper.find('[role=dialog]')
    expect(drawer().text()).toContain(t('trials.details', { number: 1 }))
    expect(part.requests('trial.get')).toEqual([{ studyId: 7, number: 1 }])
    await pressKey('Escape')
    await frame()
    expect(drawer().exists() && drawer().isVisible()).toBe(false)
  })

  it('sorts by the buttons of the head', async () => {
    const part = await table()
    const head = part.wrapper.find('[role=columnheader] button')
    expect(head.element.tagName).toBe('BUTTON')
    await head.trigger('click')
    expect(part.wrapper.find('[role=columnheader]').attributes('aria-sort')).toBe('ascending')
  })
})

describe('a baseline', () => {
  it('has a column with the difference of every trial, which sorts', async () => {
    const baseline = {
      trialNumber: 0,
      value: 0.5,
      difference: -0.4,
      isBetter: true,
      interval: null,
    }
    const part = mountPart(TrialsPanel, {
      props: { active: true },
      prepare: () => {
        openStudy({ space: { units: { int: [1, 9] } } }, trials, {
          best: { ...bestHeadline(1, 0.1), baseline },
        })
      },
    })
    await settle()
    expect(part.text()).toContain(
      t('list.remark', { text: t('trials.baseline'), remark: t('difference.none') }),
    )
    const cellsOf = (number: number): string[] => cells(part, numbers(part).indexOf(String(number)))
    expect(cellsOf(0)).toContain('±0 %')
    expect(cellsOf(1)).toContain('−80 %')
    // One without a value differs from nothing.
    expect(cellsOf(3)[3]).toBe('')
  })

  it('has the interval of every difference where configurations are trained several times', async () => {
    const trained = [0.5, 0.1].map((value, number) =>
      trialRow(number, {
        values: [value],
        trainings: [-0.01, 0, 0.02].map((noise, fold) => ({
          number: fold,
          values: [value + noise * (number + 1)],
          bestStep: null,
          lastStep: null,
        })),
      }),
    )
    const part = mountPart(TrialsPanel, {
      props: { active: true },
      prepare: () => {
        openStudy({ folds: 3 }, trained, {
          best: {
            ...bestHeadline(1, 0.1),
            baseline: {
              trialNumber: 0,
              value: 0.5,
              difference: -0.4,
              isBetter: true,
              interval: null,
            },
          },
        })
      },
    })
    await settle()
    expect(cells(part, numbers(part).indexOf('1'))[3]).toMatch(
      // In the unit of the interval.
      /^−0\.3967 \(95 % interval −0\.4\d+ … −0\.3\d+, 3 trainings\)$/u,
    )
  })
})
