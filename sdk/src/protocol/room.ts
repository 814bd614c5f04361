/** A room's settings, and the patch that one commit makes to them. */

export interface RoomInfo extends RoomSettings {
  id: string
  /** When the room was created. */
  createdAt: number
}

/** What can be set. */
export interface RoomSettings {
  /** Shown to people instead of the id. */
  title?: string
}

/** An absent field is unchanged, `null` removes it. */
export type RoomSettingsPatch = { [Field in keyof RoomSettings]?: RoomSettings[Field] | null }

/** `rev` is that of the last change to any of the fields. */
export type RoomPatch = RoomSettingsPatch & { rev: number }

/** Applies a patch to what is known of the settings; an older version is ignored. */
export function applySettings(
  known: RoomPatch | undefined,
  given: RoomPatch | undefined,
): RoomPatch | undefined {
  return given && given.rev > (known?.rev ?? 0) ? { ...known, ...given } : known
}

/** The settings without those that were removed. */
export function settingsIn({ rev: _, ...settings }: RoomPatch): RoomSettings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null))
}
