package headway.bus;

/**
 * A name has another owner, as D-Bus {@code NameOwnerChanged} tells it.
 *
 * @param name a well-known or unique name
 * @param oldOwner the unique name of the owner before, or empty
 * @param newOwner the unique name of the owner now, or empty
 */
public record NameChange(String name, String oldOwner, String newOwner) {}
