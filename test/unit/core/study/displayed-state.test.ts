import { describe, expect, it } from 'vitest'
import {
  displayedState,
  type StudyStanding,
} from '../../../../src-main/core/study/displayed-state.ts'

const none = { running: 0, complete: 0, pruned: 0, failed: 0, canceled: 0, interrupted: 0 }
const some = { ...none, running: 1 }

describe('the state that people read', () => {
  it.each<[StudyStanding, string]>([
    [{ state: 'created', trials: none }, 'created'],
    [{ state: 'created', trials: none, runsInThisProcess: true }, 'starting'],
    [{ state: 'running', trials: none, runsInThisProcess: true }, 'starting'],
    [{ state: 'running', trials: some, runsInThisProcess: true }, 'running'],
    [{ state: 'running', trials: some, requestedEnd: 'pause' }, 'pausing'],
    [{ state: 'running', trials: some, requestedEnd: 'stop' }, 'stopping'],
    [{ state: 'running', trials: none, requestedEnd: 'pause' }, 'pausing'],
    [{ state: 'paused', trials: some, requestedEnd: 'pause' }, 'paused'],
    [{ state: 'interrupted', trials: none }, 'interrupted'],
    [{ state: 'failed', trials: none }, 'failed'],
    [{ state: 'finished', trials: none }, 'untried'],
    [{ state: 'finished', trials: some }, 'finished'],
  ])('of %o is %s', (standing, word) => {
    expect(displayedState(standing)).toBe(word)
  })
})
