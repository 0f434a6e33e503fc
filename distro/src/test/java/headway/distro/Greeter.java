package headway.distro;

/** A service of an application in a head unit; public, as its caller in another bundle needs it. */
public interface Greeter {

    /** Greets somebody. */
    String greet(String whom);
}
