package headway.gateway;

/** What a client asked for cannot be; it is told with an error of this name. */
final class BusError extends Exception {

    private static final long serialVersionUID = 1L;

    private final String name;

    BusError(String name, String text) {
        super(text, null, false, false);
        this.name = name;
    }

    String name() {
        return name;
    }
}
