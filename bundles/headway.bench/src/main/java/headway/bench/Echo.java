package headway.bench;

/** An OSGi service; as a D-Bus object it is what {@code sd-bus.c} calls. */
public interface Echo {

    /** Gives back what it gets. */
    byte[] echo(byte[] bytes);
}
