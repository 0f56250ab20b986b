const starts: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  image: { data: { source: 'mnist', train: 10_000, validation: 2_000 } },
  tabular: { data: { file: '', target: '' } },
  text: { data: { source: { file: '', text: '', target: '' } } },
  audio: { data: { source: { folders: '' } } },
}

/** The `objective` that a choice starts with: data that are there, or the fields that it needs. */
export function startOf(task: string): Readonly<Record<string, unknown>> {
  if (task === ':command') {
    return { command: ['python3', 'train.py', '--rate={learningRate}'] }
  }
  if (task === ':module') return { module: '' }
  return { task, ...(starts[task] ?? { data: {} }) }
}
