import type { ParameterValue } from '../../../../core/trial/trial.ts'
import { setOwnValue } from '../../../../core/values/named-values.ts'
import { parsePythonJson } from '../../../../interop/python-json.ts'
import type { PastRunState } from '../../../../interop/runs/past-run.ts'
import { flattenSettings, settingsOfTable } from '../../../../interop/runs/read-settings.ts'
import { readFields } from '../../../../platform/metric-logs/shared/read-fields.ts'

/** What event files say of a run beside its scalars. */
export interface EventNotes {
  settings: Record<string, ParameterValue>
  state: PastRunState | null
  startedAtMs: number | null
  finishedAtMs: number | null
}

/** Texts under which scripts write their arguments. */
const settingTags =
  /^(?:args|arguments|config|configuration|hparams|hyper[-_]?parameters?|params|parameters|settings)(?:\/|$)/i
/** Their states by number, in TensorBoard's `plugin_data.proto` of hyperparameters. */
const states: readonly (PastRunState | null)[] = [null, 'complete', 'failed', 'running']
const STRING_TYPE = 7

/** Takes times, the hyperparameters of the HParams plugin, and arguments written as texts out of an event. */
export function takeEvent(event: Uint8Array, notes: EventNotes): void {
  try {
    readFields(event, {
      1: reader => {
        const atMs = Math.round(reader.double() * 1_000)
        if (!Number.isSafeInteger(atMs) || atMs <= 0) return
        notes.startedAtMs = Math.min(notes.startedAtMs ?? atMs, atMs)
        notes.finishedAtMs = Math.max(notes.finishedAtMs ?? atMs, atMs)
      },
      5: reader => {
        readFields(reader.bytes(), {
          1: summary => {
            takeSummary(summary.bytes(), notes)
          },
        })
      },
    })
  } catch {
    // Its checksum is right, so that somebody meant something else by it.
  }
}

function takeSummary(bytes: Uint8Array, notes: EventNotes): void {
  let tag = ''
  let plugin = ''
  let content: Uint8Array = new Uint8Array()
  let text: string | null = null
  readFields(bytes, {
    1: reader => {
      tag = reader.string()
    },
    8: reader => {
      text = textOfTensor(reader.bytes())
    },
    9: reader => {
      readFields(reader.bytes(), {
        1: metadata => {
          readFields(metadata.bytes(), {
            1: name => {
              plugin = name.string()
            },
            2: data => {
              content = data.bytes()
            },
          })
        },
      })
    },
  })
  if (plugin === 'hparams') takeSession(content, notes)
  if (plugin === 'text' && text !== null && settingTags.test(tag)) takeText(text, notes)
}

function takeSession(content: Uint8Array, notes: EventNotes): void {
  readFields(content, {
    3: start => {
      readFields(start.bytes(), {
        1: entry => {
          takeHyperparameter(entry.bytes(), notes)
        },
      })
    },
    4: end => {
      readFields(end.bytes(), {
        1: status => {
          notes.state = states[status.int32()] ?? null
        },
      })
    },
  })
}

/** An entry of a map of `google.protobuf.Value`. */
function takeHyperparameter(bytes: Uint8Array, notes: EventNotes): void {
  let name = ''
  let value: unknown = null
  readFields(bytes, {
    1: reader => {
      name = reader.string()
    },
    2: reader => {
      readFields(reader.bytes(), {
        2: number => {
          value = number.double()
        },
        3: text => {
          value = text.string()
        },
        4: truth => {
          value = truth.bool()
        },
      })
    },
  })
  take(notes, flattenSettings({ [name]: value }).settings)
}

function textOfTensor(bytes: Uint8Array): string | null {
  let type = 0
  const texts: string[] = []
  readFields(bytes, {
    1: reader => {
      type = reader.int32()
    },
    8: reader => {
      texts.push(reader.string())
    },
  })
  return type === STRING_TYPE ? texts.join('\n') : null
}

/** A table in Markdown, or JSON. */
function takeText(text: string, notes: EventNotes): void {
  const value = text.trimStart().startsWith('{') ? parsePythonJson(text) : undefined
  const { settings } = value === undefined ? settingsOfTable(text) : flattenSettings(value)
  take(notes, settings)
}

function take({ settings }: EventNotes, read: Readonly<Record<string, ParameterValue>>): void {
  for (const [name, value] of Object.entries(read)) setOwnValue(settings, name, value)
}
