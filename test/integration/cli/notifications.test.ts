import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runInHost } from '../../helpers/command-host.ts'
import { jsonObjects } from '../../helpers/run-tunewright.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const bodies: string[] = []
const server = createServer((request, response) => {
  void text(request).then(body => {
    bodies.push(body)
    response.end('ok')
  })
})
let url: string

beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/topic`
})
afterAll(() => {
  server.close()
})

describe('tunewright notifications', () => {
  it('adds a channel, lists it without its path, tries it and removes it', async () => {
    const folder = scratch()
    const channel = async (...words: readonly string[]) =>
      runInHost(['--json', '--db', 'own.sqlite', 'notifications', ...words], folder)
    const added = await channel('add', 'phone', '--kind', 'json', '--to', url, '--on', 'best,end')
    expect(added.exitCode).toBe(0)
    const listed = await channel('list')
    expect(jsonObjects(listed.stdout)).toMatchObject([
      { name: 'phone', kind: 'json', occasions: ['best', 'end'], study: null },
    ])
    expect(listed.stdout).not.toContain('topic')
    expect((await channel('test', 'phone')).exitCode).toBe(0)
    expect(JSON.parse(bodies[0] ?? '')).toMatchObject({ occasion: 'test' })
    expect((await channel('remove', 'phone')).exitCode).toBe(0)
    expect(jsonObjects((await channel('list')).stdout)).toEqual([])
  })

  it.each([
    [['add', ' ', '--kind', 'json', '--to', 'http://127.0.0.1:1/'], 'name'],
    [['add', 'a', '--kind', 'json', '--to', 'http://127.0.0.1:1/', '--on', 'end,noon'], '--on'],
    [['add', 'a', '--kind', 'json', '--to', 'file:///etc/passwd'], '--to'],
    [['add', 'a', '--kind', 'json', '--', 'true'], '--kind'],
    [['remove', 'nobody'], 'nobody'],
  ])('refuses %j and names what is wrong', async (words, named) => {
    const refused = await runInHost(['--db', 'own.sqlite', 'notifications', ...words], scratch())
    expect(refused.exitCode).toBe(2)
    expect(refused.stderr).toContain(named)
  })
})
