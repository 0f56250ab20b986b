import type { FunctionalComponent } from 'vue'
import type { AppDescription } from '../../../src-main/features/application/common/methods.ts'

/** A panel of the settings, which a feature contributes. */
export interface SettingsPanel {
  /** Unique; the address names it. */
  readonly id: string
  /** In the language of the page. */
  title(): string
  /** Renders nothing where it has nothing to offer; the navigation then leaves it out. */
  readonly component: FunctionalComponent<{ readonly about: AppDescription }>
}
