package headway.distro;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.osgi.service.cm.ConfigurationAdmin;

/** Which configuration a settings file is. */
class FactoryConfigurationTest {

    private final List<String> asked = new ArrayList<>();
    private final ConfigurationAdmin admin = (ConfigurationAdmin) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {ConfigurationAdmin.class}, (proxy, method, arguments) -> {
                asked.add(method.getName() + Arrays.toString(arguments));
                return null;
            });

    @Test
    void a_file_is_the_configuration_of_its_pid_and_one_with_a_tilde_is_one_of_several_of_a_factory()
            throws IOException {
        Launcher.configuration(admin, "headway.core");
        Launcher.configuration(admin, "headway.remote.import~radio");
        assertEquals(
                List.of(
                        "getConfiguration[headway.core, ?]",
                        "getFactoryConfiguration[headway.remote.import, radio, ?]"),
                asked);
    }
}
