package headway.dbus;

/**
 * A valid object path ("Valid Object Paths"), type {@code o}.
 *
 * @param path such as {@code /org/example/media}
 */
public record ObjectPath(String path) {
    /**
     * A path that was checked.
     *
     * @throws IllegalArgumentException if the path is not valid
     */
    public ObjectPath {
        Names.checkObjectPath(path);
    }

    @Override
    public String toString() {
        return path;
    }
}
