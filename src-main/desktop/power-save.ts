import type { PowerSaveBlocker } from 'electron'

/** Keeps the machine, not its screen, awake while a study runs. */
export class KeepAwake {
  readonly #blocker: Pick<PowerSaveBlocker, 'start' | 'stop'>
  #id: number | null = null

  constructor(blocker: Pick<PowerSaveBlocker, 'start' | 'stop'>) {
    this.#blocker = blocker
  }

  set(isRunning: boolean): void {
    if (isRunning) this.#id ??= this.#blocker.start('prevent-app-suspension')
    else if (this.#id !== null) {
      this.#blocker.stop(this.#id)
      this.#id = null
    }
  }
}
