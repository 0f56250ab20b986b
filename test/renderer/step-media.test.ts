import { describe, expect, it } from 'vitest'
import { fileKind, type TrialFile } from '../../src-main/core/trial/trial-files.ts'
import TrialFilesPart from '../../src-renderer/features/artifacts/TrialFilesPart.vue'
import { type Mounted, mountPart, settle, t } from './mount.ts'

function picture(name: string, step: number | null): TrialFile {
  const media = { type: 'image', width: 9, height: 9 } as const
  return { trialNumber: 3, name, step, kind: fileKind({ step, name }), bytes: 100, media }
}

async function part(files: readonly TrialFile[]): Promise<Mounted> {
  const mounted = mountPart(TrialFilesPart, {
    props: { studyId: 7, files, remarks: { notes: [], attributes: {}, leftOut: [] } },
    back: {
      'trial.file': ({ kind }: { kind: string }) => ({
        name: kind,
        mediaType: 'image/png',
        content: btoa(kind),
      }),
    },
  })
  await settle()
  return mounted
}
const shown = (mounted: Mounted): (readonly [alt: string | undefined, bytes: string])[] =>
  mounted.wrapper
    .findAll('figure img')
    .map(image => [
      image.attributes('alt'),
      atob((image.attributes('src') ?? '').replace('data:image/png;base64,', '')),
    ])
const tile = (name: string, step: number): string => t('files.tile', { trial: 3, name, step })

describe('files of a trial over its steps', () => {
  it('follow a slider, each name with its newest file by then', async () => {
    const mounted = await part([
      ...[0, 5, 10].map(step => picture('sample.png', step)),
      ...[0, 10].map(step => picture('mask.png', step)),
      picture('once.png', 5),
    ])
    expect(shown(mounted)).toEqual([
      [tile('sample.png', 10), 'file/10/sample.png'],
      [tile('mask.png', 10), 'file/10/mask.png'],
    ])
    const slider = mounted.field(t('files.step'))
    expect(slider.attributes()).toMatchObject({
      max: '2',
      'aria-valuetext': t('files.atStep', { step: 10 }),
    })
    await slider.setValue('1')
    await settle()
    expect(shown(mounted).map(([alt]) => alt)).toEqual([tile('sample.png', 5), tile('mask.png', 0)])
    const requestCount = mounted.requests('trial.file').length
    await slider.setValue('2')
    await settle()
    expect(shown(mounted)[0]?.[1]).toBe('file/10/sample.png')
    expect(mounted.requests('trial.file')).toHaveLength(requestCount)
    expect(mounted.text()).toContain(t('files.allOfTrial', { count: 6 }))
  })

  it('stay at the last step while further ones come, unless a person has chosen one', async () => {
    const mounted = await part([0, 5].map(step => picture('sample.png', step)))
    const grow = async (step: number): Promise<void> => {
      const files = [0, 5, step].map(at => picture('sample.png', at))
      await mounted.wrapper.setProps({ files })
      await settle()
    }
    await grow(10)
    expect(shown(mounted)[0]?.[0]).toBe(tile('sample.png', 10))
    await mounted.field(t('files.step')).setValue('0')
    await grow(15)
    expect(shown(mounted)[0]?.[0]).toBe(tile('sample.png', 0))
  })

  it('have no slider where none comes again', async () => {
    const mounted = await part([picture('a.png', 1), picture('b.png', null)])
    expect(mounted.wrapper.find('input[type=range]').exists()).toBe(false)
    expect(mounted.text()).toContain(t('files.atStep', { step: 1 }))
  })
})
