import { describe, expect, it } from 'vitest'
import type { AppEvent } from '../../../../../src-main/features/api/common/app-event.ts'
import { EventHub } from '../../../../../src-main/features/api/node/event-hub.ts'

const body = { type: 'reset' } as const

describe('EventHub', () => {
  it('numbers events and tells everybody until they leave', () => {
    const hub = new EventHub()
    const heard: AppEvent[] = []
    const leave = hub.subscribe(event => heard.push(event))
    hub.emit(body)
    hub.emit(body)
    leave()
    hub.emit(body)
    expect(heard.map(({ sequence }) => sequence)).toEqual([1, 2])
    expect(hub.sequence).toBe(3)
  })

  it('gives what was missed, or says that it cannot', () => {
    const hub = new EventHub()
    for (let count = 0; count < 1_500; count++) hub.emit({ type: 'reset' })
    expect(hub.since(1_500)).toEqual([])
    expect(hub.since(1_498).map(({ sequence }) => sequence)).toEqual([1_499, 1_500])
    expect(hub.since(3)).toEqual([{ sequence: 1_500, type: 'reset' }])
    // A number from before the back end was started anew.
    expect(hub.since(9_999)).toEqual([{ sequence: 1_500, type: 'reset' }])
    expect(new EventHub().since(4)).toEqual([{ sequence: 0, type: 'reset' }])
  })
})
