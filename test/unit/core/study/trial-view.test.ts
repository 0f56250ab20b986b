import { describe, expect, it } from 'vitest'
import { changeTrialViews, type TrialView } from '../../../../src-main/core/study/trial-view.ts'

const view = (name: string, filter = ''): TrialView => ({
  name,
  filter,
  sort: '',
  columns: null,
  groupBy: '',
})
const names = (views: readonly TrialView[]): string[] => views.map(({ name }) => name)
const three = [view('a'), view('b'), view('c')]

describe('views of trials', () => {
  it('are added at the end, and replaced where they stand', () => {
    expect(names(changeTrialViews(three, 'd', view('d')))).toEqual(['a', 'b', 'c', 'd'])
    expect(changeTrialViews(three, 'b', view('b', 'x>1'))[1]?.filter).toBe('x>1')
  })

  it('are renamed where they stand; the name of another takes its place', () => {
    expect(names(changeTrialViews(three, 'b', view('best')))).toEqual(['a', 'best', 'c'])
    expect(names(changeTrialViews(three, 'b', view('a')))).toEqual(['a', 'c'])
  })

  it('are removed; one that is not there changes nothing', () => {
    expect(names(changeTrialViews(three, 'b', null))).toEqual(['a', 'c'])
    expect(names(changeTrialViews(three, 'z', null))).toEqual(['a', 'b', 'c'])
  })
})
